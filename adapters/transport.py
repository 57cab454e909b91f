"""Carrying bytes over HTTP, unchanged: one connection pool a registry, limits, TLS. The door to aiohttp."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import ssl
import tempfile
from collections.abc import Iterable, Iterator

import aiohttp
import yarl

from gateway.adapter import AdapterSettings
from gateway.errors import GatewayError
from gateway.model.wire import WireMessage, WireReply

USER_AGENT = "shuqiao"
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"(?:[^\x00-\x20\x7f](?:[^\x00-\x08\x0a-\x1f\x7f]*[^\x00-\x20\x7f])?)?")
_AUTOMATIC = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type", "Host")


def check_headers(call: str, headers: Iterable[tuple[str, str]]) -> None:
    """A fact in a header must not become a second header (RFC 9110 section 5.5).

    Raises:
        GatewayError: `document.unexpected_value` for a name or value that a header can't carry.
    """
    for name, value in headers:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            reason = (
                f"the header '{name[:60]}' can't carry this value: a line break, a control character or outer blanks"
            )
            raise GatewayError("document.unexpected_value", path=call, reason=reason)


class Transport:
    """One pool of connections to one registry. Nothing is followed, decompressed, or added on the way."""

    def __init__(self, settings: AdapterSettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def _open(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            context = tls_context(self._settings) if self._settings.url.startswith("https:") else None
            connector = aiohttp.TCPConnector(
                limit=self._settings.concurrency,
                ssl=context if context is not None else True,
                use_dns_cache=True,
                ttl_dns_cache=60,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=_AUTOMATIC,
                trust_env=False,
                raise_for_status=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None, sock_read=None),
            )
            self._loop = loop
        return self._session

    async def send(self, message: WireMessage) -> WireReply:
        """One attempt, within the registry's time and size limits.

        Raises:
            GatewayError: as the adapter contract says.
        """
        registry = self._settings.registry
        try:
            async with asyncio.timeout(self._settings.timeout):
                return await self._exchange(message)
        except TimeoutError:
            raise GatewayError("registry.timeout", registry=registry, seconds=f"{self._settings.timeout:g}") from None
        except (aiohttp.ClientSSLError, ssl.SSLError) as error:
            raise GatewayError("registry.tls", registry=registry, reason=_reason(error)) from error
        except aiohttp.ClientPayloadError as error:
            raise GatewayError("registry.reply_broken", registry=registry, reason=_reason(error)) from error
        except (aiohttp.ClientResponseError, aiohttp.ServerDisconnectedError) as error:
            raise GatewayError("registry.reply_broken", registry=registry, reason=_reason(error)) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if self._settings.url.startswith("https:") and _of_tls(error):
                raise GatewayError("registry.tls", registry=registry, reason=_reason(error)) from error
            raise GatewayError("registry.connect", registry=registry, reason=_reason(error)) from error

    async def _exchange(self, message: WireMessage) -> WireReply:
        url = yarl.URL(message.url, encoded=True)
        async with self._open().request(
            message.method, url, headers=message.headers, data=message.body or None, allow_redirects=False
        ) as response:
            try:
                body = await self._body(response)
            except GatewayError:
                response.close()
                raise
            headers = tuple([(str(name, "latin-1"), str(value, "latin-1")) for name, value in response.raw_headers])
            return WireReply(response.status, headers, body)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        """The body, within the limit: the announced length is held by the library, any other is counted here."""
        limit = self._settings.max_reply
        length = response.content_length
        if length is not None and length > limit:
            raise GatewayError("registry.reply_too_large", registry=self._settings.registry, limit=limit)
        if length is not None and "Transfer-Encoding" not in response.headers:
            return await response.read()
        pieces: list[bytes] = []
        size = 0
        async for piece in response.content.iter_any():
            size += len(piece)
            if size > limit:
                raise GatewayError("registry.reply_too_large", registry=self._settings.registry, limit=limit)
            pieces.append(piece)
        return b"".join(pieces)

    async def close(self) -> None:
        """Close the pool."""
        if self._session is not None and not self._session.closed:
            await self._session.close()
        self._session = None


def _of_tls(error: BaseException) -> bool:
    """Whether TLS broke the line: it says so, or the other side hung up while the two were still shaking hands."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return isinstance(error.os_error, ssl.SSLError | ConnectionResetError | ConnectionAbortedError)
    return isinstance(error.__cause__, ssl.SSLError)


def _reason(error: BaseException) -> str:
    """Why, in the library's words, but for what it quotes: an address may hold a key and a person's number."""
    text = error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
    if isinstance(error, aiohttp.InvalidURL):
        text = ""
    return (text.split("\n")[0].rstrip(": ") or type(error).__name__)[:200]


def tls_context(settings: AdapterSettings) -> ssl.SSLContext:
    """TLS 1.2 or newer, with the registry's own authorities and our certificate where they are configured.

    Raises:
        GatewayError: `registry.tls` for files that can't be used.
    """
    try:
        context = ssl.create_default_context(cafile=str(settings.trust) if settings.trust else None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if settings.client_certificate:
            with _as_file(settings.client_certificate) as path:
                context.load_cert_chain(path)
    except (OSError, ssl.SSLError) as error:
        raise GatewayError("registry.tls", registry=settings.registry, reason=_reason(error)) from error
    return context


@contextlib.contextmanager
def _as_file(pem: bytes) -> Iterator[str]:
    """The ssl module reads certificates from files only: one that nobody else can read, for a moment."""
    handle, path = tempfile.mkstemp()
    try:
        os.write(handle, pem)
        os.close(handle)
        yield path
    finally:
        os.unlink(path)
