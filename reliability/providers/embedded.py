"""Sync targets of a repository that declares none."""

from __future__ import annotations

from reliability.model.targets import FilesTarget, SyncTargetsSpec

EMBEDDED = SyncTargetsSpec(targets=(FilesTarget(name="files", provider="files"),))
"""Targets of a repository without `policies/targets.yaml`: files in `build/`."""
