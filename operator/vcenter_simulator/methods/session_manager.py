"""SessionManager."""

from typing import Any

from vcenter_simulator.authorization.principals import principal_key
from vcenter_simulator.host.refusals import Refusal, invalid_argument, not_supported
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.service_leaves import user_session


async def login(call: Call) -> Any:
    """Begin a session; refused to a caller that has one."""
    events = call.vcenter.events
    if call.session is not None:
        events.post("AlreadyAuthenticatedSessionEvent", user=call.session.shown_user)
        raise Refusal("InvalidLogin", "The caller is logged in already.")
    name, password = call.arguments["userName"], call.arguments["password"]
    try:
        session = call.vcenter.sessions.login(name, password, ip_address=call.peer, user_agent=call.user_agent)
    except Refusal as refusal:
        kind = "NoAccessUserEvent" if refusal.fault == "NoPermission" else "BadUsernameSessionEvent"
        events.post(kind, user=name, ipAddress=call.peer)
        raise
    call.session = session
    events.post(
        "UserLoginSessionEvent",
        user=session.shown_user,
        ipAddress=session.ip_address,
        userAgent=session.user_agent,
        locale=call.arguments["locale"] or "en",
        sessionId=session.key,
    )
    return user_session(session)


async def logout(call: Call) -> None:
    """End the caller's session."""
    call.vcenter.sessions.end(call.logged_in)
    call.session = None


async def terminate_session(call: Call) -> None:
    """End other sessions by their keys, all or none; never the caller's own."""
    keys = call.arguments["sessionId"]
    if call.logged_in.key in keys:
        raise invalid_argument("sessionId", "A session can't terminate itself.")
    alive = {one.key: one for one in call.vcenter.sessions.all()}
    unknown = next((key for key in keys if key not in alive), None)
    for key in keys if unknown is None else (unknown,):
        call.vcenter.sessions.terminate(key)
        call.vcenter.events.post(
            "SessionTerminatedEvent",
            user=call.logged_in.shown_user,
            sessionId=key,
            terminatedUsername=alive[key].shown_user,
        )


async def session_is_active(call: Call) -> bool:
    """Say whether a session with this key and user is alive."""
    wanted = (call.arguments["sessionID"], principal_key(call.arguments["userName"]))
    return any((one.key, principal_key(one.user)) == wanted for one in call.vcenter.sessions.all())


async def login_by_token(_: Call) -> Any:
    """Refuse: the simulator issues and knows no tokens."""
    raise not_supported("The simulator has no single sign-on: LoginByToken is not simulated, Login is.")


METHODS: MethodTable = {
    "Login": login,
    "LoginByToken": login_by_token,
    "Logout": logout,
    "TerminateSession": terminate_session,
    "SessionIsActive": session_is_active,
}
