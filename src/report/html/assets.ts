import { createHash } from 'node:crypto';
import { readAsset } from '../../core/assets.ts';
import { trusted, type Html } from './template.ts';

interface PageAssets {
  readonly policy: string;
  readonly style: Html;
  readonly script: Html;
}

const cached = new Map<string, PageAssets>();

export interface PageAssetFiles {
  /** Below src/report, in the order in which they count. */
  readonly styles: readonly string[];
  readonly script: string;
}

/** A page's own style and script, and the policy that lets a browser run these two and nothing else (CSP level 3). */
export function pageAssets(files: PageAssetFiles): PageAssets {
  const known = cached.get(files.script) ?? loadAssets(files);
  cached.set(files.script, known);
  return known;
}

function loadAssets({ styles, script: scriptFile }: PageAssetFiles): PageAssets {
  const style = styles.map((name) => readText(`src/report/${name}`)).join('');
  const script = readText(`src/report/${scriptFile}`);
  const policy = [
    "default-src 'none'",
    `style-src '${digest(style)}'`,
    `script-src '${digest(script)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return {
    policy: policy.join('; '),
    style: trusted(`<style>${style}</style>`),
    script: trusted(`<script>${script}</script>`),
  };
}

/** Browsers turn CRLF into LF before they compute the digest (HTML standard, 13.2.3.5). */
function readText(path: string): string {
  return readAsset(path).replaceAll('\r\n', '\n');
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
