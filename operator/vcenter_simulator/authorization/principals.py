r"""Users, by any of the names that vSphere has for one: ``user@domain`` and ``DOMAIN\user``, in whatever case."""

import hmac
from dataclasses import dataclass


def principal_key(name: str) -> str:
    """Return what all names of one user have in common."""
    domain, separator, user = name.partition("\\")
    return (f"{user}@{domain}" if separator else name).lower()


def shown_name(name: str) -> str:
    r"""Return the name of a user as vCenter shows it: ``DOMAIN\user``; one without a domain stays as it is."""
    user, separator, domain = name.rpartition("@")
    # Single sign-on has its own account with a capital, whatever somebody logs in as.
    own = "Administrator" if user.lower() == "administrator" else user
    return f"{domain.upper()}\\{own}" if separator else name


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can log in."""

    name: str
    password: str

    def proves(self, password: str) -> bool:
        """Say whether *password* is the account's."""
        return hmac.compare_digest(password.encode(), self.password.encode())
