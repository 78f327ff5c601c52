"""The targets of a repository that declares none."""

from __future__ import annotations

from reliability.model.targets import FilesTarget, SyncTargetsSpec

EMBEDDED = SyncTargetsSpec(targets=(FilesTarget(name="files", provider="files"),))
"""What a repository without `policies/targets.yaml` writes to: files in `build/`."""
