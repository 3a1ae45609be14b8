"""For whom the editors' views of this app open."""

from municipalities import permissions
from municipalities.gate import register_rule, when


def register_gate_rules() -> None:
    register_rule(when(lambda user: permissions.municipalities_overseen_by(user).exists()), "board")
