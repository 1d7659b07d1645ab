"""The sample bots say what their scripted conversations say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from botserver.language.package import load_package
from botserver.testing.chat import load
from botserver.testing.player import play

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
CHATS = sorted(SAMPLES.glob("*.gbai/tests/*.chat"))

SERVICES_MISSING = {"concierge": ["L206"]}  # it asks a language model

SCENES = """
' Sessions start automatically when user connects
' The start.bas script runs for each new session
TALK "Welcome! This is a new session."

' Set a variable for this session
SET "user_name", "John"
SET "preference", "email"

' Retrieve variables
name = GET "user_name"
TALK "Hello, " + name

' Bot memory persists across all sessions
SET BOT MEMORY "company_name", "ACME Corp"

' Available to all users
company = GET BOT MEMORY "company_name"

' Add context for better responses
SET CONTEXT "user_profile" AS "Premium customer since 2020"
SET CONTEXT "preferences" AS "Prefers technical documentation"

' Context is automatically included in LLM prompts
response = LLM "What products should I recommend?"

channel = GET SESSION "channel"
IF channel = "whatsapp" THEN
    ' WhatsApp-specific features
    ADD SUGGESTION "Call Support" AS "phone"
ELSE IF channel = "web" THEN
    ' Web-specific features
    SHOW IMAGE "dashboard.png"
END IF

auth_level = GET SESSION "auth_level"
IF auth_level <> "authenticated" THEN
    TALK "Please log in to continue"
    RUN "auth.bas"
END IF

last_message = GET SESSION "last_interaction"
IF last_message <> "" THEN
    TALK "Welcome back! We were discussing: " + last_message
END IF

' Save session state
state = SAVE SESSION STATE
SET BOT MEMORY "saved_session_" + user_id, state

' Restore later
saved = GET BOT MEMORY "saved_session_" + user_id
RESTORE SESSION STATE saved

LOG SESSION "milestone", "order_completed"

' Log session events
LOG SESSION "error", "payment_failed"

' start.bas - Initialize every session properly
user_id = GET SESSION "user_id"
IF user_id = "" THEN
    ' First time user
    TALK "Welcome! Let me help you get started."
    RUN "onboarding.bas"
ELSE
    ' Returning user
    TALK "Welcome back!"
END IF

' Clean up before session ends
ON SESSION END
    CLEAR KB ALL
    CLEAR SUGGESTIONS
    LOG "Session ended: " + SESSION_ID
END ON

' Transfer session to human agent
FUNCTION HandoffToAgent()
    agent_id = GET AVAILABLE AGENT
    TRANSFER SESSION agent_id
    TALK "Connecting you to an agent..."
END FUNCTION

' Save important data beyond session
important_data = GET "order_details"
SET BOT MEMORY "user_" + user_id + "_last_order", important_data

' Debug session information
DEBUG SHOW SESSION
DEBUG SHOW CONTEXT
DEBUG SHOW VARIABLES

' Create sub-session for specific task
sub_session = CREATE SUB SESSION
RUN IN SESSION sub_session, "specialized_task.bas"
MERGE SESSION sub_session

' Apply template to session
APPLY SESSION TEMPLATE "support_agent"
' Automatically loads KBs, tools, and context

' Send message to another session
SEND TO SESSION other_session_id, "Notification: Your order is ready"
"""


def test_each_sample_has_a_conversation() -> None:
    assert {path.parents[1] for path in CHATS} == set(SAMPLES.glob("*.gbai"))


@pytest.mark.parametrize("chat", CHATS, ids=lambda path: f"{path.parents[1].stem}-{path.stem}")
async def test_sample_plays_its_conversation(chat: Path) -> None:
    assert await play(load(chat), load_package(chat.parents[1])) is None


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.gbai")), ids=lambda path: path.stem)
def test_sample_has_no_diagnostics(sample: Path) -> None:
    command = [sys.executable, "-m", "botserver.cli", "check", str(sample), "--json"]
    checked = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    found = [json.loads(line)["code"] for line in checked.stdout.splitlines()]
    assert (checked.returncode, found) == (0, SERVICES_MISSING.get(sample.stem, []))


def test_the_concierge_has_every_scene_of_a_session() -> None:
    """Each paragraph stands in one of its scripts as it is, whatever is around it."""
    scripts = [text.read_text() for text in SAMPLES.glob("concierge.gbai/**/*.bas")]
    lines = ["\n".join(line.strip() for line in script.splitlines()) for script in scripts]
    for paragraph in SCENES.strip().split("\n\n"):
        wanted = "\n".join(line.strip() for line in paragraph.splitlines())
        assert any(f"\n{wanted}\n" in f"\n{script}\n" for script in lines), paragraph
