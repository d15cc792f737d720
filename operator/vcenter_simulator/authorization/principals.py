r"""Users, by any of the names that vSphere has for one: ``user@domain`` and ``DOMAIN\user``, in whatever case."""

import hmac
from dataclasses import dataclass


def principal_key(name: str) -> str:
    """Return what all names of one user have in common."""
    domain, separator, user = name.partition("\\")
    return (f"{user}@{domain}" if separator else name).lower()


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can log in."""

    name: str
    password: str

    def proves(self, password: str) -> bool:
        """Say whether *password* is the account's."""
        return hmac.compare_digest(password.encode(), self.password.encode())
