"""`python -m testbed run --hosts 3 -- python -m demo`: plays the story, then stays until Ctrl-C (DEMO=once: ends)."""

import os
import signal
import sys

from rich.console import Console
from rich.panel import Panel

from demo.chapters import CHAPTERS, Scene
from demo.stage import Stage, StoryFailedError
from testbed.colleague import colleague
from testbed.errors import TestbedError

WHAT_NEXT = """\
[bold]{lead}[/bold]

  export KUBECONFIG={kubeconfig}
  kubectl get vmkernel -A            # everything of ours
  kubectl describe vmk esx02-vmotion -n fleet
  kubectl explain vmkadapter.spec
  curl -s {metrics} | grep ^vmk_

Change something as the colleague did, with any vSphere client: https://{server}/sdk as {username}, password {password}.
What the simulated vCenter was asked: curl -s {control}/calls
"""


LEAD = "Everything stays up until Ctrl-C. In another terminal:"
LEAD_ONCE = "This ends here. Without DEMO=once everything stays up, and in another terminal:"


def main() -> int:
    """Play every chapter; non-zero when one does not come true."""
    console = Console(width=120) if not sys.stdout.isatty() else Console()
    where = os.environ
    access = {name: where[f"VCENTER_{name}"] for name in ("SERVER", "USERNAME", "PASSWORD", "CA_FILE")}
    stage = Stage(console)
    console.print("A real kube-apiserver, a simulated vCenter with three ESXi hosts, the real operator.", style="bold")
    try:
        with colleague(access["SERVER"], access["USERNAME"], access["PASSWORD"], access["CA_FILE"]) as somebody:
            scene = Scene(
                stage=stage,
                colleague=somebody,
                server=access["SERVER"],
                username=where["OPERATOR_USERNAME"],
                password=where["OPERATOR_PASSWORD"],
                ca_file=access["CA_FILE"],
                metrics=where["OPERATOR_METRICS"],
            )
            for chapter in CHAPTERS:
                chapter(scene)
    except (StoryFailedError, TestbedError) as failure:
        console.print(f"\n[red]✘ The story failed:[/red] {failure}", highlight=False, soft_wrap=True)
        return 1
    once = where.get("DEMO") == "once"
    console.print()
    console.print(
        Panel(
            WHAT_NEXT.format(
                lead=LEAD_ONCE if once else LEAD,
                kubeconfig=where["KUBECONFIG"],
                metrics=where["OPERATOR_METRICS"],
                server=access["SERVER"],
                username=access["USERNAME"],
                password=access["PASSWORD"],
                control=where["SIMULATOR_CONTROL"],
            ),
            title="What to try next",
        )
    )
    if not once:
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    return 0


if __name__ == "__main__":
    sys.exit(main())
