"""`up`, `page`, `status`, `deploy`, `doctor`, `mcp`: what runs here, and whether it can."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from flows.cli.session import FAILED, AsJson, settings_for_command
from flows.console import output, print_json, print_note, print_result
from flows.embedding import TextSearch, encoders_of
from flows.night import in_silence
from flows.prefect_home import password_file
from flows.roles import version
from flows.services import DEPLOYMENT, WORK_POOL, Check, Deployed, examine
from flows.text import counted, shown
from flows.tools import open_graph
from graphdb.rules import RuleSet

MARKS = {"ok": ("ok", "green"), "warn": ("warn", "yellow"), "fail": ("fail", "bold red")}


def up() -> None:
    """Run Neo4j, the Prefect server, its worker and the deployment until Ctrl-C.

    Example: nightloom up
    """
    from flows import services

    services.up(settings_for_command())


def page() -> None:
    """Serve the page on which people ask the graph, alone, until Ctrl-C; `up` serves it, too.

    Example: nightloom page
    """
    from flows.page import serve  # what serves it comes along
    from flows.services import page_url

    settings = settings_for_command()

    def ready() -> None:
        where = password_file(settings)
        print_note(f"{page_url(settings)}: its login asks for the line in {where}")

    serve(settings, ready)


def status(as_json: AsJson = False) -> None:
    """Say what runs, at which addresses, and where the passwords are.

    Example: nightloom status --json
    """
    from flows import services

    status_rows = asdict(services.status(settings_for_command()))
    if as_json:
        print_json(status_rows)
        return
    table = Table.grid(padding=(0, 2))
    for name, value in status_rows.items():
        table.add_row(Text(name.replace("_", " "), style="dim"), Text(_said(value)))
    output().print(table)


def deploy(
    work_pool: Annotated[
        str, typer.Option(help="Work pool of the runs; made as one of processes if there is none.")
    ] = WORK_POOL,
    as_json: AsJson = False,
) -> None:
    """Make the deployments on a Prefect server of your own: the one of PREFECT_API_URL.

    Example: nightloom deploy --work-pool nights
    """
    from flows import services

    deployed = services.deploy(settings_for_command(), work_pool)
    print_result(asdict(deployed), _said_of(deployed), as_json=as_json)


def _said_of(deployed: Deployed) -> str:
    nights = "; ".join(deployed.schedules) or "by no schedule that is switched on"
    names = ", ".join(name.partition("/")[0] for name in deployed.deployments)
    lines = (
        f"{counted(len(deployed.deployments), 'deployment')} at {deployed.prefect}: {names}",
        f"{DEPLOYMENT} is due: {nights}",
        f"Runs work in {deployed.folder}; a worker on this machine starts them:",
        f"  prefect worker start --pool {deployed.work_pool}",
    )
    return "\n".join(map(shown, lines))


def doctor(as_json: AsJson = False) -> None:
    """Check packages, settings, ports, model, server and device; say how to mend what is wrong.

    Example: nightloom doctor
    """
    checks = list(examine())
    if as_json:
        print_json({"checks": [asdict(check) for check in checks]})
    else:
        output().print(_checks_table(checks))
    if any(check.state == "fail" for check in checks):
        raise typer.Exit(FAILED)


def _checks_table(checks: list[Check]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        mark, style = MARKS[check.state]
        finding = Text(check.finding)
        if check.remedy:
            finding.append(f"\n→ {check.remedy}", style="yellow" if check.state != "ok" else "dim")
        table.add_row(Text(mark, style=style), Text(check.name), finding)
    return table


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)


def mcp() -> None:
    """Answer an assistant's questions about the graph, on standard input and output (MCP).

    Read-only: facts and their sentences, why and why not, what changed, saved queries. An
    assistant starts it itself.

    Example: nightloom mcp
    """
    from flows.questions import questions  # the protocol's library comes along

    settings = settings_for_command()
    with open_graph(settings, in_silence) as graph:
        rules = RuleSet.load(settings.rules_path, graph.ontology)
        questions(graph, rules, version(), TextSearch(encoders_of(settings))).run()
