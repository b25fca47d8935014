"""Reads an answer of the service while it arrives: a statement, or a short response with fields.

It keeps no row of a statement; only whether it is one, and whole.
"""

import zlib
from collections.abc import Iterator
from xml.parsers import expat

from app.domain.fetching.failures import FailureKind, StatementServiceError
from app.domain.text.messages import message

STATEMENT, RESPONSE = "FlexQueryResponse", "FlexStatementResponse"
SHORT = 1 << 16  # bytes; a response with fields has about 300
LONGEST_TAG = 1 << 20  # bytes without one element or text, which expat keeps in memory
SLICE = 1 << 20  # bytes decompressed at once
GZIP = b"\x1f\x8b"
ENTIRE = 31  # zlib's window bits for a gzip header

LATER = message("Fetch it again later.")
WEB_PAGE = message(
    "IBKR answered with a web page instead of a statement, as it does during its resets."
)
NO_XML = message("IBKR's answer is not XML, so it is not a statement.")
NO_FLEX = message("IBKR's answer is not a Flex statement. In the Flex Query, choose XML.")
DOCUMENT_TYPE = message("IBKR's answer declares a document type, which no Flex statement does.")
CUT_OFF = message("IBKR's answer is incomplete.")
BAD_GZIP = message("IBKR's answer is compressed, and cannot be decompressed.")


class Inflater:
    """Gives the plain bytes of a body, which may be gzip; in slices, so that none is large."""

    def __init__(self) -> None:
        self._head: bytes | None = b""
        self._gzip: zlib._Decompress | None = None

    def plain(self, block: bytes) -> Iterator[bytes]:
        """Raises: StatementServiceError: it is no gzip."""
        if self._head is not None:
            block = self._head + block
            if len(block) < len(GZIP):
                self._head = block
                return
            self._head = None
            if block.startswith(GZIP):
                self._gzip = zlib.decompressobj(ENTIRE)
        if self._gzip is None:
            yield block
            return
        while block and not self._gzip.eof:
            try:
                made = self._gzip.decompress(block, SLICE)
            except zlib.error:
                raise refused(BAD_GZIP) from None
            yield made
            block = self._gzip.unconsumed_tail

    def rest(self) -> bytes:
        """What has not been given at the end. Raises: StatementServiceError: there is more."""
        if self._gzip is not None and not self._gzip.eof:
            raise cut_off()
        return self._head or b""


class AnswerReader:
    """Parses an answer block by block.

    Attributes:
        root: the outermost element; empty before it has come.
        fields: of a response, element in lower case -> its text.
    """

    def __init__(self) -> None:
        self.root = ""
        self.fields: dict[str, str] = {}
        self._head = b""
        self._fed = 0
        self._depth = 0
        self._field = ""
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end

    @property
    def is_statement(self) -> bool:
        return self.root == STATEMENT

    def feed(self, block: bytes) -> None:
        """Raises: StatementServiceError: it is nothing that the service documents."""
        self._head = (self._head + block[:SLICE])[:1024] if len(self._head) < 1024 else self._head
        self._fed += len(block)
        self._parse(block, is_end=False)
        if self._fed - max(self._parser.CurrentByteIndex, 0) > LONGEST_TAG + len(block):
            raise refused(NO_FLEX)
        if not self.is_statement and self._fed > SHORT:
            raise refused(NO_FLEX)

    def finish(self) -> None:
        """Raises: StatementServiceError: the end is missing."""
        self._parse(b"", is_end=True)

    def _parse(self, block: bytes, *, is_end: bool) -> None:
        try:
            self._parser.Parse(block, is_end)
        except (expat.ExpatError, LookupError):
            if self._is_web_page():
                raise refused(WEB_PAGE) from None
            if is_end and self.root:
                raise cut_off() from None
            raise refused(NO_XML) from None

    def _is_web_page(self) -> bool:
        start = self._head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html"))

    def _begin(self, name: str, _attributes: dict[str, str]) -> None:
        if not self._depth:
            self.root = name
            if name == RESPONSE:
                self._parser.CharacterDataHandler = self._text
            elif name != STATEMENT:
                raise refused(WEB_PAGE if name.lower() == "html" else NO_FLEX)
        self._depth += 1
        if self._depth == 2:
            self._field = name.lower()

    def _text(self, text: str) -> None:
        if self._depth == 2:
            self.fields[self._field] = self.fields.get(self._field, "") + text

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _refuse_document_type(self, *_declaration: object) -> None:
        raise refused(WEB_PAGE if self._is_web_page() else DOCUMENT_TYPE)


def refused(cause: str) -> StatementServiceError:
    return StatementServiceError(cause, FailureKind.ANSWER, step=LATER)


def cut_off() -> StatementServiceError:
    return StatementServiceError(CUT_OFF, FailureKind.AGAIN, step=LATER)
