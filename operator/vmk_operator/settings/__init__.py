"""Every setting of ``vmk-operator run``: defined once, in ``model``."""

from vmk_operator.settings.flags import SettingsError as SettingsError
from vmk_operator.settings.flags import with_settings as with_settings
from vmk_operator.settings.model import OperatorSettings as OperatorSettings
