"""Codes on which the operator of this gateway must act: log, storage, machine, programming faults."""

from gateway.errors.kinds import Code, Who


def _operator(code: str, en: str, zh: str, hint_en: str = "", hint_zh: str = "") -> Code:
    return Code(code, Who.OPERATOR, en, zh, hint_en, hint_zh)


OPERATOR = (
    _operator("log.unwritable", "the log can't be written, so nothing is sent: {reason}", "日志无法写入，因此不发送任何内容：{reason}",
              "free disk space or repair the database", "请释放磁盘空间或修复数据库"),
    _operator("log.integrity", "the log does not verify: {reason}", "日志校验未通过：{reason}",
              "run `shuqiao log verify` and keep the files as they are", "请运行 `shuqiao log verify`，并保持文件原样"),
    _operator("log.checkpoint_missing", "the checkpoint file '{path}' is missing", "缺少检查点文件 '{path}'"),
    _operator("log.unknown_exchange", "there is no exchange '{exchange}' in the log", "日志中没有交换 '{exchange}'"),
    _operator("log.body_erased", "the body of this exchange was erased or never kept", "该次交换的正文已删除或未保存"),
    _operator("storage.unavailable", "the database can't be used: {reason}", "数据库不可用：{reason}"),
    _operator("storage.schema", "the database has schema version {found}; this release needs {expected}", "数据库结构版本为 {found}，本版本需要 {expected}", "run `shuqiao db upgrade`", "请运行 `shuqiao db upgrade`"),
    _operator("gateway.closing", "the gateway is shutting down", "网关正在关闭"),
    _operator("gateway.busy", "the gateway has {waiting} cases waiting and takes no more", "网关已有 {waiting} 个办件等待，暂不接收", "repeat in {seconds} s", "请在 {seconds} 秒后重试"),
    _operator("gateway.internal", "an internal fault; it is in the gateway's own log under {reference}", "内部错误，详见网关运行日志 {reference}"),
    _operator("gateway.port_in_use", "port {port} is in use", "端口 {port} 已被占用", "stop the other program or configure another port", "请停止占用程序或更换端口"),
)  # fmt: skip
