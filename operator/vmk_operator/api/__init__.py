"""The custom resources: one folder per version, plus conditions and reasons, which outlive versions."""
