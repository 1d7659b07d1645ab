"""`botserver lsp`: the language server, for editors, over standard input and output.

Diagnostics while typing, completion, hover, go to definition and the outline of a file. What it knows of a text comes
from `language/outline.py`; here is only the protocol. Needs the extra `botserver[lsp]`.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from ..errors import ConfigError
from ..language.compiler import compile_source
from ..language.outline import Outline, SymbolKind, define, explain, outline, suggest
from ..language.package import names_around
from ..language.source import ERROR, Span
from .exits import OK

try:
    from lsprotocol import types as lsp
    from pygls.lsp.server import LanguageServer
    from pygls.workspace import TextDocument
except ModuleNotFoundError as error:
    hint = "install the extra: pip install 'botserver[lsp]'"
    raise ConfigError(f"the language server needs {error.name}", hint=hint) from None

_EXAMPLES = """\
examples:
  botserver lsp                      an editor starts it for .bas files, and speaks with it
"""

_COMPLETION_KINDS = {
    SymbolKind.SUB: lsp.CompletionItemKind.Method,
    SymbolKind.FUNCTION: lsp.CompletionItemKind.Function,
    SymbolKind.VARIABLE: lsp.CompletionItemKind.Variable,
    SymbolKind.PARAMETER: lsp.CompletionItemKind.Variable,
    SymbolKind.KEYWORD: lsp.CompletionItemKind.Keyword,
    SymbolKind.SCRIPT: lsp.CompletionItemKind.File,
}
_SYMBOL_KINDS = {
    SymbolKind.SUB: lsp.SymbolKind.Method,
    SymbolKind.FUNCTION: lsp.SymbolKind.Function,
    SymbolKind.PARAMETER: lsp.SymbolKind.Field,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("--stdio", action="store_true", help="speak over standard input and output, as it always does")


def run(arguments: argparse.Namespace) -> int:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    make_server().start_io()
    return OK


def make_server() -> LanguageServer:
    """The server with all it can do."""
    server = LanguageServer("botserver", "1", text_document_sync_kind=lsp.TextDocumentSyncKind.Full)

    def document(uri: str) -> TextDocument:
        return server.workspace.get_text_document(uri)

    def publish(uri: str) -> None:
        text = document(uri)
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, _diagnostics(text)))

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        publish(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        publish(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(params.text_document.uri, []))

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=['"']))
    def complete(params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        text = document(params.text_document.uri)
        line, column = _place(text, params.position)
        found = suggest(_outline(text), line[: column - 1], _scripts(text))
        return [
            lsp.CompletionItem(item.text, kind=_COMPLETION_KINDS[item.kind], detail=item.detail, documentation=item.doc)
            for item in found
        ]

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        text = document(params.text_document.uri)
        shown = explain(_outline(text), *_place(text, params.position))
        return None if shown is None else lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, shown))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> lsp.Location | None:
        text = document(params.text_document.uri)
        found = _outline(text)
        symbol = define(found, *_place(text, params.position))
        return None if symbol is None else lsp.Location(text.uri, _range(text, found, symbol.span))

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        text = document(params.text_document.uri)
        found = _outline(text)
        return [
            lsp.DocumentSymbol(
                name=symbol.name,
                kind=_SYMBOL_KINDS[symbol.kind],
                range=_range(text, found, symbol.whole),
                selection_range=_range(text, found, symbol.span),
                detail=symbol.detail,
            )
            for symbol in found.symbols()
            if symbol.kind in _SYMBOL_KINDS
        ]

    return server


def _outline(text: TextDocument) -> Outline:
    return outline(text.source, text.filename or "script.bas")


def _diagnostics(text: TextDocument) -> list[lsp.Diagnostic]:
    _, found = compile_source(text.source, text.filename or "script.bas", names_around(Path(text.path)))
    made = []
    for item in found:
        start = lsp.Position(item.line - 1, item.column - 1)
        end = lsp.Position(item.line - 1, item.column - 1 + max(1, item.length))
        severity = lsp.DiagnosticSeverity.Error if item.severity == ERROR else lsp.DiagnosticSeverity.Warning
        message = f"{item.message}\n{item.hint}" if item.hint else item.message
        shown = _to_client(text, lsp.Range(start, end))
        made.append(lsp.Diagnostic(shown, message, severity=severity, code=item.code, source="botserver"))
    return made


def _place(text: TextDocument, position: lsp.Position) -> tuple[str, int]:
    """The line and the column of a position, from 1, in characters."""
    here = text.position_codec.position_from_client_units(text.lines, position)
    line = text.lines[here.line] if here.line < len(text.lines) else ""
    return line.rstrip("\r\n"), here.character + 1


def _range(text: TextDocument, found: Outline, span: Span) -> lsp.Range:
    (line, column), (end_line, end_column) = found.source.position(span.start), found.source.position(span.end)
    return _to_client(text, lsp.Range(lsp.Position(line - 1, column - 1), lsp.Position(end_line - 1, end_column - 1)))


def _to_client(text: TextDocument, places: lsp.Range) -> lsp.Range:
    return text.position_codec.range_to_client_units(text.lines, places)


def _scripts(text: TextDocument) -> list[str]:
    """The scripts beside a file."""
    folder = Path(text.path).parent
    return [path.stem for path in folder.glob("*.bas")] if folder.is_dir() else []
