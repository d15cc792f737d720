"""Run a command that dies with whoever started it.

`python launcher.py PARENT SIGNAL COMMAND...` asks the kernel to send it SIGNAL when its parent ends, however that
ends, and becomes COMMAND under the same process id. On systems other than Linux there is no such request: there an
orderly stop still ends everything, but a test bed that was killed leaves its servers running.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the command."""
    parent, signal_number, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal_number))
        if os.getppid() != int(parent):
            sys.exit(f"{command[0]}: whoever started it has ended already")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and what is ignored stays so across exec
    os.execvp(command[0], command)  # noqa: S606 - becoming a command is the point


if __name__ == "__main__":
    main()
