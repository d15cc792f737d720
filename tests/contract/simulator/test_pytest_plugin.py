"""The plugin as its users have it: a test run of its own, in a folder that knows nothing of this repository."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

FLEET = Path(__file__).parents[3] / "examples" / "simulator" / "fleet.yaml"


def passed(pytester: pytest.Pytester) -> int:
    # pytest-asyncio, which this repository has, warns in a project that does not.
    outcome = pytester.runpytest_subprocess("-p", "no:asyncio", "-W", "error")
    assert outcome.ret == 0
    return outcome.parseoutcomes()["passed"]


def test_a_test_gets_a_vcenter_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import ssl
        import urllib.request

        import pytest
        from pyVmomi import vim

        seen = []

        def hosts(vcenter):
            content = vcenter.content
            view = content.viewManager.CreateContainerView(content.rootFolder, [vim.HostSystem], True)
            return [host.name for host in view.view]

        def test_it_serves(vcenter):
            seen.append(vcenter.server)
            assert hosts(vcenter) == ["esx01.example.com", "esx02.example.com", "esx03.example.com"]
            assert vcenter.control.calls()["Login"] == 1

        @pytest.mark.vcenter(hosts=1, clusters=0, username="me", password="secret", api_version="7.0", session_idle=60)
        def test_it_is_as_the_test_says(vcenter):
            assert vcenter.server not in seen
            assert hosts(vcenter) == ["esx01.example.com"]
            assert (vcenter.username, vcenter.password) == ("me", "secret")

        def test_anybody_may_trust_it(vcenter):
            assert isinstance(vcenter.ssl_context, ssl.SSLContext)
            assert vcenter.url == f"https://{vcenter.host}:{vcenter.port}/sdk"
            address = f"https://{vcenter.server}/sdk/vimServiceVersions.xml"
            with urllib.request.urlopen(address, context=ssl.create_default_context(cafile=vcenter.ca_file)) as answer:
                assert b"urn:vim25" in answer.read()
        """
    )

    assert passed(pytester) == 3


def test_its_control_port_is_at_hand(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from pyVmomi import vim

        from vcenter_simulator.testing.control_client import ControlError

        HOST = "esx01.example.com"

        def test_trouble_on_command(vcenter):
            now = vcenter.service_instance.CurrentTime
            with vcenter.control.fault(method="CurrentTime", fault="HostConfigFault", text="Broken."):
                with pytest.raises(vim.fault.HostConfigFault, match="Broken"):
                    now()
            assert vcenter.control.faults() == []
            assert now() is not None
            assert vcenter.control.expire_sessions(username=vcenter.username) == 1
            assert vcenter.control.sessions() == []
            with pytest.raises(vim.fault.NotAuthenticated):
                now()

        def test_state_and_journal(vcenter):
            control = vcenter.control
            before = control.state()
            control.set_connection(HOST, "disconnected")
            control.edit_host(HOST, published=False, adapters={"vmk1": None})
            (host, *_) = control.state()["datacenters"][0]["clusters"][0]["hosts"]
            assert (host["connectionState"], list(host["adapters"])) == ("disconnected", ["vmk0"])
            control.load(before)
            assert control.state() == before
            vcenter.connect()
            assert [one["method"] for one in control.journal(writes=False)][-1] == "Login"
            assert control.journal() == control.overlaps(host=HOST) == []
            control.clear_calls()
            assert control.calls() == {}
            assert control.advance_clock(86400) <= control.now()

        def test_mistakes_are_said(vcenter):
            with pytest.raises(ControlError, match="did you mean 'HostConfigFault'"):
                vcenter.control.add_fault(fault="HostConfigFalt")
            vcenter.control.clear_faults()
        """
    )

    assert passed(pytester) == 3


def test_a_project_chooses_its_fleet_and_a_test_another(pytester: pytest.Pytester) -> None:
    pytester.makefile(".yaml", fleet=FLEET.read_text())
    pytester.makeini("[pytest]\nvcenter_fleet = fleet.yaml\n")
    pytester.makepyfile(
        """
        from pathlib import Path

        import pytest

        pytestmark = pytest.mark.vcenter(read_lag=60)

        SMALL = {"datacenters": [{"name": "Lab"}]}

        def names(vcenter):
            return [center["name"] for center in vcenter.control.state()["datacenters"]]

        def test_the_projects(vcenter):
            assert names(vcenter) == ["Basel"]

        @pytest.mark.vcenter(fleet=SMALL, updates="indexed")
        def test_another(vcenter):
            assert names(vcenter) == ["Lab"]

        def test_a_shared_one(shared_vcenter):
            shared_vcenter.control.load(SMALL)

        def test_that_is_the_same_for_all(shared_vcenter):
            assert names(shared_vcenter) == ["Lab"]

        def test_several(make_vcenter):
            first, second = make_vcenter(fleet=SMALL), make_vcenter()
            assert (names(first), names(second)) == (["Lab"], ["Basel"])
            first.control.load(Path(__file__).with_name("fleet.yaml"))
            assert names(first) == ["Basel"]
        """
    )

    assert passed(pytester) == 5


def test_options_that_make_no_sense_are_said(pytester: pytest.Pytester) -> None:
    mistakes = {
        "hots=5": "A simulator has no option 'hots'; did you mean 'hosts'?",
        "updates='sometimes'": "'sometimes' is no value of updates, only whole, indexed.",
        "fleet='nowhere.yaml'": "fleet: it can't be read: *nowhere.yaml*",
        "fleet='test_it.py'": "fleet test_it.py: The document is neither JSON nor YAML: *",
        "fleet={'datacentres': []}": "fleet: There is no field 'datacentres' here; did you mean 'datacenters'?",
        "hosts='many'": "hosts can't be 'many'.",
        "write_latency='long'": "write_latency: 'long' is no latency; write 0.2 *",
        "5": "@pytest.mark.vcenter takes options by name, for example hosts=5.",
    }
    pytester.makepyfile(
        test_it="import pytest\n"
        + "".join(
            f"@pytest.mark.vcenter({arguments})\ndef test_{number}(vcenter): pass\n"
            for number, arguments in enumerate(mistakes)
        )
    )

    outcome = pytester.runpytest_subprocess()

    outcome.assert_outcomes(errors=len(mistakes))
    outcome.stdout.fnmatch_lines_random([f"*{sentence}" for sentence in mistakes.values()])


def test_the_report_of_a_failed_test_tells_what_its_vcenter_was_asked(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from pyVmomi import vim

        @pytest.fixture
        def somebodys_own():
            return "vcenter"

        def test_it(vcenter, somebodys_own):
            content = vcenter.content
            view = content.viewManager.CreateContainerView(content.rootFolder, [vim.HostSystem], True)
            network = view.view[0].configManager.networkSystem
            network.UpdateVirtualNic("vmk1", vim.host.VirtualNic.Specification(mtu=1400))
            assert False
        """
    )

    outcome = pytester.runpytest_subprocess("-p", "no:asyncio")

    outcome.assert_outcomes(failed=1)
    outcome.stdout.fnmatch_lines(
        [
            "*- Requests to vcenter -*",
            "*Z - - Login ok",
            "*Z administrator@vsphere.local esx01.example.com UpdateVirtualNic ok adapters.vmk1.mtu: 1500 -> 1400",
        ]
    )


def test_who_asks_for_no_vcenter_pays_for_none(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            assert "vcenter_simulator.testing.plugin" in sys.modules
            assert not {"pyVmomi", "aiohttp", "pydantic"} & sys.modules.keys()
        """
    )

    assert passed(pytester) == 1
