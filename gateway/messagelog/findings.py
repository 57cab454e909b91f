"""What verification of a log can find, in both languages, and the report that collects it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from gateway.errors import Language, Words

Severity = Literal["fault", "warning"]

KEPT_PER_KIND: Final = 50
"""So many findings of one kind are told in full; beyond that they are counted."""


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding with its texts; braces name values."""

    en: str
    zh: str
    severity: Severity = "fault"


KINDS: Final[Mapping[str, FindingKind]] = MappingProxyType(
    {
        "entry_changed": FindingKind(
            "entry {index} was changed: its signature does not hold",
            "条目 {index} 被改动：签名不成立",
        ),
        "entry_missing": FindingKind(
            "entry {index} is missing",
            "条目 {index} 缺失",
        ),
        "entry_replaced": FindingKind(
            "entry {index} is not the one that the signed tree holds at this place",
            "条目 {index} 不是签名树在该位置上的条目",
        ),
        "entry_inserted": FindingKind(
            "entry {index} lies outside the signed tree: it was inserted",
            "条目 {index} 不在签名树内，系插入",
        ),
        "leaf_hash_changed": FindingKind(
            "the stored hash of entry {index} was changed",
            "条目 {index} 的存储散列被改动",
        ),
        "column_changed": FindingKind(
            "the search column {column} of entry {index} was changed",
            "条目 {index} 的检索列 {column} 被改动",
        ),
        "tile_changed": FindingKind(
            "tile {level}/{tile} of the tree was changed",
            "树的分块 {level}/{tile} 被改动",
        ),
        "tile_missing": FindingKind(
            "tile {level}/{tile} of the tree is missing",
            "树的分块 {level}/{tile} 缺失",
        ),
        "tile_inserted": FindingKind(
            "tile {level}/{tile} does not belong to the tree",
            "分块 {level}/{tile} 不属于该树",
        ),
        "checkpoint_changed": FindingKind(
            "checkpoint {number} was changed: {reason}",
            "检查点 {number} 被改动：{reason}",
        ),
        "checkpoint_missing": FindingKind(
            "checkpoint {number} is missing",
            "检查点 {number} 缺失",
        ),
        "checkpoint_differs": FindingKind(
            "the first {size} entries do not have the root that checkpoint {number} signed",
            "前 {size} 个条目的根与检查点 {number} 签名的根不符",
        ),
        "head_missing": FindingKind(
            "the database holds no checkpoint",
            "数据库中没有检查点",
        ),
        "outside_missing": FindingKind(
            "the checkpoint file outside the database is missing",
            "数据库外的检查点文件缺失",
        ),
        "outside_changed": FindingKind(
            "the checkpoint file outside the database was changed: {reason}",
            "数据库外的检查点文件被改动：{reason}",
        ),
        "outside_differs": FindingKind(
            "the first {size} entries do not have the root that the checkpoint file holds",
            "前 {size} 个条目的根与检查点文件不符",
        ),
        "tail_cut": FindingKind(
            "the end of the log is gone: the checkpoint file covers {outside} entries, the database {size}",
            "日志尾部被截断：检查点文件覆盖 {outside} 个条目，数据库仅有 {size} 个",
        ),
        "body_changed": FindingKind(
            "the body of entry {index} was changed or moved",
            "条目 {index} 的正文被改动或移动",
        ),
        "body_missing": FindingKind(
            "the body of entry {index} is gone, and no entry says that it was erased",
            "条目 {index} 的正文缺失，且没有删除记录",
        ),
        "body_inserted": FindingKind(
            "entry {index} has a body that it does not commit to",
            "条目 {index} 有其未承诺的正文",
        ),
        "case_key_changed": FindingKind(
            "the wrapped key of case {case} was changed",
            "办件 {case} 的封装密钥被改动",
        ),
        "case_key_missing": FindingKind(
            "the wrapped key of case {case} is gone",
            "办件 {case} 的封装密钥缺失",
        ),
        "person_changed": FindingKind(
            "the person row {ref} was changed or inserted",
            "人员行 {ref} 被改动或插入",
        ),
        "person_missing": FindingKind(
            "the person row {ref} is gone, and no entry says that it was erased",
            "人员行 {ref} 缺失，且没有删除记录",
        ),
        "result_changed": FindingKind(
            "the result {id} was changed",
            "结果 {id} 被改动",
        ),
        "result_missing": FindingKind(
            "the result {id} is gone, and no entry says that it was erased",
            "结果 {id} 缺失，且没有删除记录",
        ),
        "result_inserted": FindingKind(
            "the result {id} belongs to no entry",
            "结果 {id} 不属于任何条目",
        ),
        "idempotency_changed": FindingKind(
            "an idempotency key of entry {index} was changed",
            "条目 {index} 的幂等键被改动",
        ),
        "request_differs": FindingKind(
            "entry {index} answers another request than the one logged for exchange {exchange}",
            "条目 {index} 对应的请求与交换 {exchange} 记录的请求不同",
        ),
        "response_alone": FindingKind(
            "entry {index} ends exchange {exchange}, which has no open request",
            "条目 {index} 结束了交换 {exchange}，但该交换没有未结请求",
        ),
        "open_exchange": FindingKind(
            "exchange {exchange} has a request (entry {index}) and no outcome in the log; a crash leaves this trace",
            "交换 {exchange} 有请求（条目 {index}），日志中没有其结果；进程中断会留下这种痕迹",
            "warning",
        ),
        "unreadable": FindingKind(
            "the database can't be read to its end: {reason}",
            "数据库无法完整读取：{reason}",
        ),
        "database_damaged": FindingKind(
            "the database file is damaged: {reason}",
            "数据库文件损坏：{reason}",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class LogFinding:
    """One finding; `index` is the entry it concerns, or None."""

    kind: str
    severity: Severity
    index: int | None
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Report:
    """What verification found. `counts` counts every finding by kind, also those not told in full."""

    origin: str
    size: int
    root: bytes
    findings: tuple[LogFinding, ...]
    counts: Mapping[str, int]
    bodies_opened: int

    @property
    def sound(self) -> bool:
        """Whether nothing was changed, removed, added or moved; warnings do not count."""
        return not any(KINDS[kind].severity == "fault" for kind in self.counts)

    def document(self) -> dict[str, object]:
        """The report as JSON."""
        return {
            "origin": self.origin, "size": self.size, "root": self.root.hex(), "sound": self.sound,
            "counts": dict(self.counts), "bodies_opened": self.bodies_opened,
            "findings": [
                {
                    "kind": one.kind, "severity": one.severity, "index": one.index,
                    "message": {"en": one.en, "zh": one.zh},
                }
                for one in self.findings
            ],
        }  # fmt: skip


@dataclass(slots=True)
class Findings:
    """Collects findings while a log is being verified."""

    told: list[LogFinding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, index: int | None = None, **values: object) -> None:
        """Note one finding; `Words` among the values are told in each language.

        Raises:
            KeyError: for a kind that is not in the table.
        """
        known = KINDS[kind]
        self.counts[kind] += 1
        if self.counts[kind] <= KEPT_PER_KIND:
            values["index"] = index
            en, zh = known.en.format_map(_in("en", values)), known.zh.format_map(_in("zh", values))
            self.told.append(LogFinding(kind, known.severity, index, en, zh))


def _in(language: Language, values: Mapping[str, object]) -> dict[str, object]:
    return {name: getattr(value, language) if isinstance(value, Words) else value for name, value in values.items()}
