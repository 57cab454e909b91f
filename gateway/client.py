"""The Python client that case systems use: one call a case, safe to repeat, typed answers.

It stands alone: it needs `requests` and the table of error codes, nothing else of the gateway.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from gateway.errors import CODES, Code, GatewayError, Who

_AGAIN: Final = frozenset({429, 502, 503, 504})
_BUSY: Final = "request.idempotency_busy"
_BUSY_WAITS: Final = 60
_LONGEST_PAUSE: Final = 30.0
_CONNECTIONS: Final = 32


class RefusedError(GatewayError):
    """What the gateway answered instead of a result: its code, its words in both languages, and every problem.

    The code may be one that this release does not know, from a newer gateway.

    Args:
        status: the HTTP status.
        document: the problem document (RFC 9457) as it came.
    """

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        code = str(document.get("code") or "client.unreadable")
        known = CODES.get(code)
        who = known.who if known else Who.CALLER if status < 500 else Who.OPERATOR
        self.kind = Code(code, who, "{detail}", "{detail_zh}", "{advice}", "{advice_zh}")
        self.code = code
        self.where = str(document.get("where", ""))
        self.status = status
        self.problems: tuple[Mapping[str, str], ...] = tuple(
            each for each in document.get("problems") or () if isinstance(each, dict)
        )
        detail, hint = str(document.get("detail", "")), str(document.get("hint", ""))
        self.values = {
            "detail": detail, "detail_zh": str(document.get("detail_zh", detail)),
            "advice": hint, "advice_zh": str(document.get("hint_zh", hint)),
        }  # fmt: skip
        self._hint = ""
        Exception.__init__(self, self.text("en"))


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages."""

    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class FieldResult:
    """One compared field: what was stated, what the registry has, how well they agree, and why."""

    field: str
    grade: str
    reason: str
    comparator: str
    required: bool
    judged_by: str
    declared: Any
    registry: Any
    exchange: str
    explain: Text


@dataclass(frozen=True, slots=True)
class AskingFailed:
    """Why a registry could not be asked; `next_attempt` is RFC 3339, empty where none is planned."""

    code: str
    message: Text
    next_attempt: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said about one material."""

    material: str
    title: Text
    of: str
    outcome: str
    flags: tuple[str, ...]
    fields: tuple[FieldResult, ...]
    evidence: Mapping[str, Any]
    exchanges: tuple[str, ...]
    error: AskingFailed | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the result stands in the gateway's log: entry number, leaf hash (hex), signed checkpoint."""

    log: str
    entry: int
    leaf_hash: str
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The findings of one case; `document` is the whole answer as it came."""

    id: str
    case: str
    item: str
    created_at: str
    findings: tuple[Finding, ...]
    receipt: Receipt
    document: Mapping[str, Any] = field(repr=False)

    def finding(self, material: str, of: str = "") -> Finding | None:
        """The finding on one material, of one party where it is named; None where there is none."""
        return next(
            (each for each in self.findings if each.material == material and of in ("", each.of)), None
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Service:
    """One service item of the catalog."""

    key: str
    title: Text
    basic_code: str
    materials: int


class _Bearer(AuthBase):
    """Puts the key on each request; as an `auth` object, so that no netrc file on the machine replaces it."""

    def __init__(self, key: str) -> None:
        self._header = f"Bearer {key}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request


class Client:
    """A connection to one gateway; may be used by several threads, and as a context manager.

    Args:
        url: the gateway's address, such as `http://127.0.0.1:8460`.
        key: the API key.
        timeout: seconds to connect, and seconds without an answer.
        attempts: how often a request is sent at most; repeated after connection errors, 429, 502, 503, 504, and while
            the first attempt is still at work.
        verify: the file of trusted certificates, or whether certificates are checked.
        sleep: waits between attempts.
        random_bytes: makes idempotency keys.

    Example, with `url` and `key` of a running gateway, and `case` a case as a `dict`:

        >>> with Client(url, key) as client:
        ...     verification = client.verify(case)
        ...     for finding in verification.findings:
        ...         print(finding.material, finding.outcome)
        M01 verified
        >>> verification.receipt.entry
        7
    """

    def __init__(
        self, url: str, key: str = "", timeout: tuple[float, float] = (5.0, 60.0), *, attempts: int = 4,
        verify: bool | str = True, sleep: Callable[[float], None] = time.sleep,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:  # fmt: skip
        self._url, self._timeout, self._attempts = url.rstrip("/"), timeout, max(1, attempts)
        self._sleep, self._random_bytes = sleep, random_bytes
        self._session = requests.Session()
        self._session.verify = verify
        self._session.auth = _Bearer(key) if key else None
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=_CONNECTIONS))

    def verify(
        self,
        document: bytes | str | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
        source: str | None = None,
    ) -> Verification:
        """Have one case verified.

        Args:
            document: the case: bytes or text in JSON or XML, or plain values.
            idempotency_key: with the same key the same document gives the same answer, also from another process;
                made new where absent, so that the attempts of this one call are one case.
            source: the document's dialect; recognised by the gateway where absent.

        Raises:
            RefusedError: the gateway's refusal; `code` is stable.
            GatewayError: `client.unreachable`, `client.unreadable`.
        """
        if isinstance(document, Mapping):
            document = json.dumps(document, ensure_ascii=False)
        data = document.encode("utf-8") if isinstance(document, str) else document
        form = "application/xml" if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<" else "application/json"
        headers = {"Content-Type": form, "Idempotency-Key": idempotency_key or self._random_bytes(16).hex()}
        query = {"source": source} if source else None
        return _verification(self._call("POST", "/v1/verifications", data=data, headers=headers, params=query))

    def verification(self, name: str) -> Verification:
        """A result that this caller was given before, by its id; raises as `verify` (`request.not_found`)."""
        return _verification(self._call("GET", f"/v1/verifications/{quote(name, safe='')}"))

    def services(self) -> tuple[Service, ...]:
        """The service items of the gateway's catalog; raises as `verify`."""
        found = self._call("GET", "/v1/services")
        try:
            return tuple(
                Service(each["key"], _text(each["title"]), each["basic_code"], each["materials"])
                for each in found["services"]
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise self._unreadable(error) from error

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, method: str, path: str, **options: Any) -> Any:
        """Send one request, again where that may help; gives the JSON answer."""
        failures = busy = 0
        while True:
            pause = min(0.2 * 2.0 ** (failures + 1), _LONGEST_PAUSE)
            try:
                answer = self._session.request(
                    method, self._url + path, timeout=self._timeout, allow_redirects=False, **options
                )
            except (requests.ConnectionError, requests.Timeout) as error:
                failures += 1
                if failures >= self._attempts:
                    raise self._unreachable(error) from error
            except (requests.RequestException, ValueError) as error:
                raise self._unreachable(error) from error
            else:
                if answer.status_code == 200:
                    return self._json(answer)
                refused = self._refused(answer)
                if refused.code == _BUSY:  # our first attempt is at work: its answer is worth waiting for
                    busy += 1
                else:
                    failures += 1
                again = refused.code == _BUSY or answer.status_code in _AGAIN
                if not again or failures >= self._attempts or busy >= _BUSY_WAITS:
                    raise refused
                pause = _retry_after(answer, pause)
            self._sleep(pause)

    def _json(self, answer: requests.Response) -> Any:
        try:
            return json.loads(answer.content)
        except ValueError as error:
            raise self._unreadable(error) from error

    def _refused(self, answer: requests.Response) -> GatewayError:
        if answer.headers.get("Content-Type", "").partition(";")[0].strip() == "application/problem+json":
            document = self._json(answer)
            if isinstance(document, dict):
                return RefusedError(answer.status_code, document)
        return GatewayError("client.unreadable", url=self._url, reason=f"HTTP status {answer.status_code}")

    def _unreachable(self, error: Exception) -> GatewayError:
        return GatewayError("client.unreachable", url=self._url, reason=_reason(error))

    def _unreadable(self, error: Exception) -> GatewayError:
        return GatewayError("client.unreadable", url=self._url, reason=f"{type(error).__name__}: {error}"[:200])


def _reason(error: Exception) -> str:
    """The innermost cause in one line: what requests wraps around it says nothing more."""
    inner: BaseException = error
    while True:
        reason = getattr(inner, "reason", None) or next(
            (each for each in inner.args if isinstance(each, Exception)), None
        )
        if not isinstance(reason, BaseException):
            return f"{type(inner).__name__}: {inner}"[:200]
        inner = reason


def _retry_after(answer: requests.Response, otherwise: float) -> float:
    """Seconds that the gateway asks to wait, within reason."""
    text = answer.headers.get("Retry-After", "")
    return min(float(text), _LONGEST_PAUSE) if text.isascii() and text.isdigit() else otherwise


def _verification(document: Any) -> Verification:
    try:
        receipt = document["receipt"]
        return Verification(
            document["id"], document["case"], document["item"], document["created_at"],
            tuple(_finding(each) for each in document["findings"]),
            Receipt(receipt["log"], receipt["entry"], receipt["leaf_hash"], receipt["checkpoint"]),
            document,
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        reason = f"no verification document ({type(error).__name__}: {error})"
        raise GatewayError("client.unreadable", url="", reason=reason[:200]) from error


def _finding(found: Mapping[str, Any]) -> Finding:
    error = found["error"]
    return Finding(
        material=found["material"],
        title=_text(found.get("title")),
        of=found["of"],
        outcome=found["outcome"],
        flags=tuple(found["flags"]),
        fields=tuple(_field(each) for each in found["fields"]),
        evidence=found["evidence"],
        exchanges=tuple(found["exchanges"]),
        error=_failed(error) if error else None,
        notes=tuple(found.get("notes") or ()),
    )


def _failed(found: Mapping[str, Any]) -> AskingFailed:
    return AskingFailed(found["code"], _text(found.get("message")), found.get("next_attempt") or "")


def _field(found: Mapping[str, Any]) -> FieldResult:
    return FieldResult(
        field=found["field"],
        grade=found["grade"],
        reason=found["reason"],
        comparator=found["comparator"],
        required=found["required"],
        judged_by=found.get("judged_by", ""),
        declared=found.get("declared"),
        registry=found.get("registry"),
        exchange=found.get("exchange") or "",
        explain=_text(found.get("explain")),
    )


def _text(found: Any) -> Text:
    return Text(found.get("zh", ""), found.get("en", "")) if isinstance(found, dict) else Text()
