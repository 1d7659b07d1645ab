"""`botserver lsp` with a client of another make, over real standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

TEXT = 'TALK "😀" + nobody\nCALL Greet "x"\nSUB Greet(who)\n  TALK who\nEND SUB\nADD SUGESTION "x"\nRUN "'


class Editor:
    """A client with one open document."""

    def __init__(self, client: LanguageClient, file: Path) -> None:
        self.client = client
        self.uri = file.as_uri()
        self.document = lsp.TextDocumentIdentifier(self.uri)
        self.diagnostics: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()

        @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: lsp.PublishDiagnosticsParams) -> None:
            self.diagnostics.put_nowait(params)

    async def published(self) -> list[lsp.Diagnostic]:
        return list((await asyncio.wait_for(self.diagnostics.get(), 60)).diagnostics)

    def at(self, line: int, character: int) -> dict[str, object]:
        return {"text_document": self.document, "position": lsp.Position(line, character)}


@pytest.fixture
async def editor(tmp_path: Path) -> AsyncIterator[Editor]:
    folder = tmp_path / "shop.gbai" / "shop.gbdialog"
    folder.mkdir(parents=True)
    for name in ("start", "other"):
        (folder / f"{name}.bas").write_text("", encoding="utf-8")
    client = LanguageClient("test", "1")
    editor = Editor(client, folder / "start.bas")
    await client.start_io(sys.executable, "-m", "botserver.cli", "lsp")
    capabilities = lsp.ClientCapabilities()
    await client.initialize_async(lsp.InitializeParams(capabilities=capabilities, root_uri=tmp_path.as_uri()))
    client.initialized(lsp.InitializedParams())
    item = lsp.TextDocumentItem(editor.uri, "basic", 1, TEXT)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    yield editor
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()


async def test_editor_is_helped_while_somebody_types(editor: Editor) -> None:
    client = editor.client
    found = await editor.published()
    # The face is two units of the protocol and one character of ours.
    warning = next(item for item in found if item.code == "L202")
    assert (warning.range.start.line, warning.range.start.character, warning.range.end.character) == (0, 12, 18)
    assert any(item.severity == lsp.DiagnosticSeverity.Error and item.range.start.line == 5 for item in found)

    items = await client.text_document_completion_async(lsp.CompletionParams(**editor.at(3, 2)))
    labels = {item.label: item for item in items}
    assert labels["Greet"].detail == "SUB Greet(who)"
    assert labels["SET BOT MEMORY"].kind == lsp.CompletionItemKind.Keyword
    items = await client.text_document_completion_async(lsp.CompletionParams(**editor.at(6, 5)))
    assert [item.label for item in items] == ["other", "start"]

    hover = await client.text_document_hover_async(lsp.HoverParams(**editor.at(3, 3)))
    assert "TALK text" in hover.contents.value
    assert await client.text_document_hover_async(lsp.HoverParams(**editor.at(0, 13))) is None

    place = await client.text_document_definition_async(lsp.DefinitionParams(**editor.at(1, 7)))
    assert (place.uri, place.range.start) == (editor.uri, lsp.Position(2, 4))
    symbols = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(editor.document))
    assert [symbol.name for symbol in symbols] == ["Greet"]

    version = lsp.VersionedTextDocumentIdentifier(uri=editor.uri, version=2)
    change = lsp.TextDocumentContentChangeWholeDocument("TALK 1")
    client.text_document_did_change(lsp.DidChangeTextDocumentParams(version, [change]))
    assert await editor.published() == []
