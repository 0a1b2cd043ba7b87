import type { SemVer } from 'semver';
import { type DebianVersion, debianVersions } from '../version/debian.ts';
import { type PythonVersion, pythonVersions, withoutLocal } from '../version/python.ts';
import { semanticVersions } from '../version/semantic.ts';
import type { Matching } from './affected.ts';

/** PEP 440 has specifiers ignore the local part of a version unless they have one themselves ("Version matching"). */
export const pythonMatching: Matching<PythonVersion> = {
  scheme: pythonVersions,
  seenBy: (version, bound) => (bound.local === undefined ? withoutLocal(version) : version),
  alsoNamed: (version) => (version.local === undefined ? [] : [withoutLocal(version)]),
};

export const semanticMatching: Matching<SemVer> = { scheme: semanticVersions };

export const debianMatching: Matching<DebianVersion> = { scheme: debianVersions };
