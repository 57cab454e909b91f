"""Codes on which the operator of this gateway must act: log, storage, machine, programming faults."""

from gateway.errors.kinds import Code, Who


def _operator(code: str, en: str, zh: str, hint_en: str = "", hint_zh: str = "") -> Code:
    return Code(code, Who.OPERATOR, en, zh, hint_en, hint_zh)


OPERATOR = (
    _operator("log.unwritable", "the log can't be written, so nothing is sent: {reason}", "日志无法写入，因此不发送任何内容：{reason}",
              "free disk space or repair the database", "请释放磁盘空间或修复数据库"),
    _operator("log.integrity", "the log does not verify: {reason}", "日志校验未通过：{reason}",
              "run `shuqiao log verify` and keep the files as they are", "请运行 `shuqiao log verify`，并保持文件原样"),
    _operator("log.checkpoint_missing", "the checkpoint file '{path}' is missing", "缺少检查点文件 '{path}'",
              "put it back from a copy; a log that lost it can't tell whether its end was cut off", "请从副本恢复；缺少该文件则无法判断日志尾部是否被截断"),
    _operator("log.unknown_exchange", "there is no exchange '{exchange}' in the log", "日志中没有交换 '{exchange}'"),
    _operator("log.body_erased", "the body of this exchange was erased or never kept", "该次交换的正文已删除或未保存"),
    _operator("storage.unavailable", "the database can't be used: {reason}", "数据库不可用：{reason}"),
    _operator("storage.schema", "the database has schema version {found}; this release needs {expected}", "数据库结构版本为 {found}，本版本需要 {expected}", "use the release that made this database", "请使用创建该数据库的版本"),
    _operator("gateway.closing", "the gateway is shutting down", "网关正在关闭"),
    _operator("gateway.busy", "the gateway has {waiting} cases waiting and takes no more", "网关已有 {waiting} 个办件等待，暂不接收", "repeat in {seconds} s", "请在 {seconds} 秒后重试"),
    _operator("gateway.internal", "an internal fault; it is in the gateway's own log under {reference}", "内部错误，详见网关运行日志 {reference}"),
    _operator("gateway.port_in_use", "port {port} is in use", "端口 {port} 已被占用", "stop the other program or configure another port", "请停止占用程序或更换端口"),
    _operator("gateway.address", "can't listen on {host}, port {port}: {reason}", "无法在 {host} 端口 {port} 上监听：{reason}", "check server.host and server.port in gateway.yaml", "请检查 gateway.yaml 中的 server.host 与 server.port"),
    _operator("gateway.worker_failed", "a worker process failed: {reason}", "工作进程失败：{reason}"),
    _operator("client.unreachable", "the gateway at {url} can't be reached: {reason}", "无法连接网关 {url}：{reason}", "check the address, and whether the gateway runs", "请检查地址以及网关是否在运行"),
    _operator("client.unreadable", "the answer of {url} is not a gateway's: {reason}", "{url} 的应答不是网关的应答：{reason}", "check the address", "请检查地址"),
)  # fmt: skip
