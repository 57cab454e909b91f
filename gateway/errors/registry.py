"""Codes on which the owner of a registry must act, or which its line caused; none counts against an applicant."""

from gateway.errors.kinds import Code, Who


def _registry(code: str, en: str, zh: str, hint_en: str = "", hint_zh: str = "") -> Code:
    return Code(code, Who.REGISTRY, en, zh, hint_en, hint_zh)


REGISTRY = (
    _registry("registry.connect", "{registry} can't be reached: {reason}", "无法连接 {registry}：{reason}"),
    _registry("registry.tls", "the TLS connection to {registry} failed: {reason}", "与 {registry} 的 TLS 连接失败：{reason}",
              "check the trust file and the client certificate", "请检查信任证书与客户端证书"),
    _registry("registry.timeout", "{registry} did not answer within {seconds} s", "{registry} 在 {seconds} 秒内没有应答"),
    _registry("registry.reply_too_large", "the reply of {registry} is larger than {limit} bytes", "{registry} 的应答超过 {limit} 字节"),
    _registry("registry.reply_broken", "the reply of {registry} ended too early or its length is wrong: {reason}", "{registry} 的应答不完整或长度不符：{reason}"),
    _registry("registry.unreadable", "the reply of {registry} is not the document that was promised: {reason}", "{registry} 的应答不是约定的文档：{reason}"),
    _registry("registry.unexpected", "no rule covers this reply of {registry}: {reason}", "{registry} 的应答没有规则可解释：{reason}",
              "the registry may have changed; run `shuqiao mappings test`", "登记库可能已变更，请运行 `shuqiao mappings test`"),
    _registry("registry.fault", "{registry} reported a fault of its own: {reason}", "{registry} 报告自身故障：{reason}"),
    _registry("registry.auth_rejected", "{registry} did not accept our credentials", "{registry} 不接受本网关的凭据", "check the secret", "请检查密钥"),
    _registry("registry.auth_expired", "{registry} says that our session is over", "{registry} 称会话已过期"),
    _registry("registry.bad_request", "{registry} says that our question is malformed", "{registry} 称请求参数有误", "check the mapping's request", "请检查映射的请求部分"),
    _registry("registry.not_authorised", "{registry} does not allow this question for this purpose", "{registry} 不允许以此目的查询"),
    _registry("registry.rate_limited", "{registry} says that we ask too often", "{registry} 称调用过于频繁"),
    _registry("registry.closed_hours", "{registry} is closed until {opens}", "{registry} 在 {opens} 之前不开放"),
    _registry("registry.breaker_open", "{registry} has failed {failures} times in a row and rests until {opens}", "{registry} 已连续失败 {failures} 次，暂停至 {opens}"),
    _registry("registry.record_error", "{registry} marks this one record as faulty: {reason}", "{registry} 标明该条记录有误：{reason}"),
    _registry("registry.code_unknown", "{registry} sent the code '{value}', which no table explains", "{registry} 返回代码 '{value}'，码表中没有", "add it to the code table", "请补充到码表"),
    _registry("registry.not_configured", "which registry answers {operation} is not clear; configured: {holders}", "无法确定由哪个登记库答复 {operation}；已配置：{holders}",
              "add it to registries.yaml, or name one in the catalog's source", "请在 registries.yaml 中配置，或在目录来源中指明"),
    _registry("registry.interrupted", "the exchange with {registry} was interrupted on our side", "与 {registry} 的交换被本方中断"),
    _registry("registry.deadline", "the time for this case ran out before {registry} was asked", "办件处理时限已到，尚未询问 {registry}"),
)  # fmt: skip
