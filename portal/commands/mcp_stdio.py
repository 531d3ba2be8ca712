"""`portal mcp`: the tools for assistants over standard input and output."""

from portal.commands import common


def mcp() -> None:
    """让本机的智能助手通过 MCP（标准输入输出）查询门户。"""
    from portal.api.app import create_api
    from portal.mcp.server import create_server
    from portal.services import services

    with common.telling():
        services().publications.current()
    create_server(create_api(), common.settings()).run()
