"""`botserver play`: what it prints, when it stops, and with which code."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.live import COMMAND, environment

Events = list[dict[str, Any]]


def play(path: Path, *options: str, said: str | bytes = "") -> subprocess.CompletedProcess[bytes]:
    data = said.encode() if isinstance(said, str) else said
    command = [*COMMAND, "play", str(path), *options]
    return subprocess.run(command, input=data, capture_output=True, env=environment(), timeout=60, check=False)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "bot.bas"


def events(script: Path, text: str, *options: str, said: str | bytes = "") -> tuple[int, Events]:
    script.write_text(text, encoding="utf-8")
    played = play(script, "--json", *options, said=said)
    return played.returncode, [json.loads(line) for line in played.stdout.splitlines()]


def test_text_output_is_the_bots_messages_and_nothing_else(script: Path) -> None:
    script.write_text('TALK "one"\nHEAR x\nTALK "two " + x\nLOG "note"\n')
    played = play(script, said="Ann\n")
    assert (played.returncode, played.stdout) == (0, b"one\ntwo Ann\n")
    assert b"note" in played.stderr


def test_json_has_one_event_a_line_in_order(script: Path) -> None:
    code, found = events(script, 'ADD SUGGESTION "Yes"\nTALK "Ready?"\nHEAR x\nRETURN [x, 1.5, NULL]\n', said="yes\n")
    assert code == 0
    assert found == [
        {"type": "message", "text": "Ready?", "suggestions": [{"key": "Yes", "label": "Yes", "kind": ""}]},
        {"type": "waiting", "variable": "x"},
        {"type": "result", "value": ["Yes", 1.5, None]},
    ]


def test_end_of_input_while_waiting_is_code_0_without_a_result(script: Path) -> None:
    assert events(script, "HEAR x\n") == (0, [{"type": "waiting", "variable": "x"}])


def test_fault_is_code_1_with_script_and_line(script: Path) -> None:
    code, found = events(script, "TALK 1\nx = 1 / 0\n")
    assert code == 1
    assert found[-1] == {
        "type": "fault",
        "code": 4003,
        "message": "division by zero",
        "script": "bot.bas",
        "line": 2,
    }


def test_fault_of_a_handler_is_shown_and_is_code_1(script: Path) -> None:
    code, found = events(script, 'ON EVENT "a"\nx = 1 / 0\nEND ON\nPUBLISH EVENT "a"\nRETURN 7\n')
    assert code == 1
    assert [item.get("line", item.get("value")) for item in found] == [2, 7]
    played = play(script)
    assert (played.returncode, played.stderr) == (1, b"bot.bas:2: error 4003: division by zero\n")


def test_script_without_return_has_null_as_result(script: Path) -> None:
    assert events(script, "x = 1\n") == (0, [{"type": "result", "value": None}])


def test_waits_pass_in_virtual_time(script: Path) -> None:
    text = "before = NOW()\nFOR i = 1 TO 100\nWAIT 300\nNEXT\nRETURN NOW() - before >= 30000\n"
    assert events(script, text) == (0, [{"type": "result", "value": True}])


def test_input_after_the_end_is_free_conversation(script: Path) -> None:
    _, found = events(script, "RETURN 1\n", said="a\nb\n")
    assert [event["type"] for event in found] == ["result", "message", "message"]


def test_end_session_ends_the_run_with_input_left(script: Path) -> None:
    code, found = events(script, "HEAR x\nEND SESSION\n", said="a\nb\n")
    assert (code, [event["type"] for event in found]) == (0, ["waiting", "result"])


def test_variables_have_the_types_they_look_like(script: Path) -> None:
    options = ["--var", "level=3", "--var", "name=Ann B", "--var", "on=true"]
    _, found = events(script, "RETURN [level + 1, name, on, absent]\n", *options)
    assert found == [{"type": "result", "value": [4, "Ann B", True, None]}]


def test_variable_named_as_a_parameter_is_bound_as_its_type_wants(script: Path) -> None:
    text = "PARAM zip AS STRING\nPARAM n AS INTEGER\nPARAM rest AS INTEGER DEFAULT 7\nRETURN [zip, n + 1, rest]\n"
    assert events(script, text, "--var", "zip=01234", "--var", "N= 4 ")[1][-1]["value"] == ["01234", 5, 7]


def test_value_a_parameter_cannot_take_is_a_fault(script: Path) -> None:
    code, found = events(script, "PARAM n AS INTEGER\nRETURN n\n", "--var", "n=many")
    assert (code, found[-1]["type"], found[-1]["code"]) == (1, "fault", 4002)


def test_time_out_of_a_hear_passes_when_the_input_ended(tmp_path: Path) -> None:
    package = tmp_path / "late.gbai"
    (package / "late.gbdialog").mkdir(parents=True)
    (package / "late.gbot").mkdir()
    text = "HEAR a\nHEAR b\n"
    (package / "late.gbdialog" / "start.bas").write_text(text)
    (package / "late.gbot" / "config.csv").write_text("hear-timeout-secs,60\n")
    played = play(package, "--json", said="hi\n")
    found = [json.loads(line) for line in played.stdout.splitlines()]
    assert [event["type"] for event in found] == ["waiting", "waiting", "message", "fault"]
    assert (played.returncode, found[-1]["code"], found[-1]["line"]) == (1, 9006, 2)


def test_malformed_variable_is_wrong_usage(script: Path) -> None:
    script.write_text("x = 1\n")
    assert play(script, "--var", "level").returncode == 2


def test_stats_are_the_last_line(script: Path) -> None:
    _, found = events(script, 'SET "a", 1\nHEAR x\n', "--stats")
    assert list(found[-1]) == ["type", "vm_ns", "fuel", "heap_bytes", "state_bytes"]
    assert found[-1]["type"] == "stats"
    assert all(value > 0 for name, value in found[-1].items() if name != "type")


def test_bot_memory_lasts_for_the_conversation(script: Path) -> None:
    text = """
        SET BOT MEMORY "n", [1]
        HEAR x
        before = GET BOT MEMORY "n"
        SET BOT MEMORY "n", NULL
        RETURN [before, GET BOT MEMORY "n"]
    """
    assert events(script, text, said="\n")[1][-1] == {"type": "result", "value": [[1], ""]}


def test_session_fields_are_those_of_a_console_session(script: Path) -> None:
    text = 'HEAR x\nRETURN [CHANNEL, USER_ID, GET SESSION "last_message", GET SESSION "message_count", BOT_ID]\n'
    assert events(script, text, said="hi\n")[1][-1]["value"] == ["console", "", "hi", 1, "bot"]


def test_the_session_is_with_whom_is_said(script: Path) -> None:
    text = 'TALK "${CHANNEL} ${USER_ID} ${USERNAME} ${GET SESSION "page_url"} ${AUTH_LEVEL}"\n'
    script.write_text(text)
    played = play(script, "--as", "channel=web", "--as", "user=7", "--as", "Name=Ann B", "--as", "page_url=/a=b")
    assert (played.returncode, played.stdout) == (0, b"web 7 Ann B /a=b authenticated\n")
    assert play(script).stdout == b"console    anonymous\n"
    wrong = play(script, "--as", "web")
    assert (wrong.returncode, b"such as channel=web" in wrong.stderr) == (2, True)


def test_other_script_starts_and_may_run_the_others(tmp_path: Path) -> None:
    scripts = tmp_path / "shop.gbai" / "shop.gbdialog"
    scripts.mkdir(parents=True)
    (scripts / "start.bas").write_text('TALK "start"\nRETURN 1\n')
    (scripts / "Refund.bas").write_text('TALK "refund"\nRETURN RUN "start.bas"\n')
    played = play(tmp_path / "shop.gbai", "--script", "refund.bas")
    assert (played.returncode, played.stdout) == (0, b"refund\nstart\n")


def test_unknown_script_is_wrong_usage_and_names_those_there_are(script: Path) -> None:
    script.write_text("x = 1\n")
    played = play(script, "--script", "absent")
    assert played.returncode == 2
    assert b"its scripts are bot" in played.stderr


def test_broken_script_shows_its_problems_and_is_a_fault(script: Path) -> None:
    code, found = events(script, "TALK (1\n")
    assert code == 1
    assert (found[-1]["type"], found[-1]["code"]) == ("fault", 9021)
    assert b"bot.bas:1:" in play(script).stderr


def test_malformed_utf8_becomes_replacement_characters(script: Path) -> None:
    assert events(script, "HEAR x\nRETURN x\n", said=b"a\xffb\n")[1][-1]["value"] == "a\ufffdb"


def test_path_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert play(tmp_path / "absent.bas").returncode == 2


def test_endless_loop_ends_at_its_limit(tmp_path: Path) -> None:
    package = tmp_path / "loop.gbai"
    (package / "loop.gbdialog").mkdir(parents=True)
    (package / "loop.gbot").mkdir()
    (package / "loop.gbdialog" / "start.bas").write_text("DO\nLOOP\n")
    (package / "loop.gbot" / "config.csv").write_text("max-turn-steps,1000\n")
    played = play(package, "--json")
    assert played.returncode == 1
    assert json.loads(played.stdout.splitlines()[-1])["code"] == 9005


def test_calls_of_a_script_are_made_only_when_asked_for(script: Path) -> None:
    text = 'x = GET "http://127.0.0.1:9/"\nTALK ERROR MESSAGE\n'
    code, found = events(script, text)
    assert (code, found[-1]["code"]) == (1, 9012)
    assert "--calls" in found[-1]["message"]
    code, found = events(script, text, "--calls")
    assert code == 0
    assert "private network" in found[0]["text"]
    code, found = events(script, text, "--calls", "--allow-private-hosts", "127.0.0.1")
    assert (code, found[0]["text"]) == (0, "127.0.0.1 cannot be reached")


def test_a_list_of_private_hosts_that_is_none_is_refused(script: Path) -> None:
    script.write_text("TALK 1\n")
    played = play(script, "--calls", "--allow-private-hosts", "10.0.0.0/99")
    assert (played.returncode, b"10.1.0.0/16" in played.stderr) == (2, True)
