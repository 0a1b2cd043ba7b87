/** Documents of every kind that LibreOffice is tried with, made here byte by byte: no office has to make them first. */
import { gzipSync } from 'node:zlib';
import { type ArchiveFile, zip } from '../advisories/archive.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const OFFICE = 'urn:oasis:names:tc:opendocument:xmlns:office:1.0';
const ODF_NAMES = [
  `xmlns:office="${OFFICE}"`,
  'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"',
  'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"',
  'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"',
  'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"',
  'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"',
  'xmlns:xlink="http://www.w3.org/1999/xlink"',
  'xmlns:dom="http://www.w3.org/2001/xml-events"',
  'xmlns:ooo="http://openoffice.org/2004/office"',
].join(' ');
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE_RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const SLIDES = 'http://schemas.openxmlformats.org/presentationml/2006/main';

const SENTENCE = 'A sentence.';
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20" fill="red"/></svg>';
/** One pixel each: GIF89a with a palette of two, and lossless WebP (RFC 9649). */
const GIF = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const WEBP = 'UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==';

/** One of each kind, by the ending of its name. */
export function officeDocuments(): ReadonlyMap<string, Buffer> {
  return new Map([
    ['odt', odf('text', `<text:p>${SENTENCE}</text:p>`)],
    [
      'ods',
      odf(
        'spreadsheet',
        `<table:table table:name="One"><table:table-row><table:table-cell><text:p>${SENTENCE}</text:p></table:table-cell></table:table-row></table:table>`,
      ),
    ],
    ['odp', odf('presentation', '<draw:page draw:name="One" draw:master-page-name="Default"/>')],
    ['docx', word('application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml')],
    ['xlsx', sheet()],
    ['docm', word('application/vnd.ms-word.document.macroEnabled.main+xml')],
    ['pptm', slides('application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml')],
    ['svgz', gzipSync(SVG)],
    ['gif', Buffer.from(GIF, 'base64')],
    ['webp', Buffer.from(WEBP, 'base64')],
  ]);
}

/** A text with a macro in LibreOffice's Basic, `Sub Main`, that runs when it is opened. */
export function macroDocument(basic: string): Buffer {
  const event = `<office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load" xlink:type="simple" xlink:href="vnd.sun.star.script:Standard.Work.Main?language=Basic&amp;location=document"/></office:event-listeners>`;
  const names = 'xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"';
  const code = basic.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return odf('text', '<text:p/>', {
    scripts: `<office:scripts>${event}</office:scripts>`,
    files: [
      {
        name: 'Basic/script-lc.xml',
        text: `${HEAD}<library:libraries ${names}><library:library library:name="Standard" library:link="false"/></library:libraries>`,
      },
      {
        name: 'Basic/Standard/script-lb.xml',
        text: `${HEAD}<library:library ${names} library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Work"/></library:library>`,
      },
      {
        name: 'Basic/Standard/Work.xml',
        text: `${HEAD}<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Work" script:language="StarBasic">${code}</script:module>`,
      },
    ],
  });
}

interface Macros {
  readonly scripts: string;
  readonly files: readonly ArchiveFile[];
}

/** OpenDocument 1.3, part 2: a content, and a manifest of all files. */
function odf(kind: 'text' | 'spreadsheet' | 'presentation', body: string, macros?: Macros): Buffer {
  const mediaType = `application/vnd.oasis.opendocument.${kind}`;
  const content = `${HEAD}<office:document-content ${ODF_NAMES} office:version="1.3">${macros?.scripts ?? ''}<office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`;
  const files: readonly ArchiveFile[] = [{ name: 'content.xml', text: content }, ...(macros?.files ?? [])];
  const entries = [
    `<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="${mediaType}"/>`,
    ...files.map(({ name }) => `<manifest:file-entry manifest:full-path="${name}" manifest:media-type="text/xml"/>`),
  ];
  const manifest = `${HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">${entries.join('')}</manifest:manifest>`;
  return zip([{ name: 'mimetype', text: mediaType }, ...files, { name: 'META-INF/manifest.xml', text: manifest }]);
}

function word(mediaType: string): Buffer {
  const body = `<w:document xmlns:w="${WORD}"><w:body><w:p><w:r><w:t>${SENTENCE}</w:t></w:r></w:p></w:body></w:document>`;
  return ooxml({ path: 'word/document.xml', mediaType, xml: body });
}

function sheet(): Buffer {
  const cell = `<c r="A1" t="inlineStr"><is><t>${SENTENCE}</t></is></c>`;
  return ooxml(
    {
      path: 'xl/workbook.xml',
      mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
      xml: `<workbook xmlns="${SHEET}" xmlns:r="${RELATIONS}"><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    [
      {
        path: 'xl/worksheets/sheet1.xml',
        mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml',
        xml: `<worksheet xmlns="${SHEET}"><sheetData><row r="1">${cell}</row></sheetData></worksheet>`,
      },
    ],
    {
      name: 'xl/_rels/workbook.xml.rels',
      text: relations('worksheet', 'worksheets/sheet1.xml'),
    },
  );
}

function slides(mediaType: string): Buffer {
  return ooxml({
    path: 'ppt/presentation.xml',
    mediaType,
    xml: `<p:presentation xmlns:p="${SLIDES}" xmlns:r="${RELATIONS}"><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`,
  });
}

interface Part {
  readonly path: string;
  readonly mediaType: string;
  readonly xml: string;
}

/** ECMA-376, part 2: content types, and relationships that lead from the package to its main part. */
function ooxml(main: Part, others: readonly Part[] = [], ...files: readonly ArchiveFile[]): Buffer {
  const overrides = [main, ...others].map(
    ({ path, mediaType }) => `<Override PartName="/${path}" ContentType="${mediaType}"/>`,
  );
  const types = `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`;
  return zip([
    { name: '[Content_Types].xml', text: types },
    { name: '_rels/.rels', text: relations('officeDocument', main.path) },
    ...[main, ...others].map(({ path, xml }) => ({ name: path, text: HEAD + xml })),
    ...files,
  ]);
}

function relations(type: string, target: string): string {
  return `${HEAD}<Relationships xmlns="${PACKAGE_RELATIONS}"><Relationship Id="rId1" Type="${RELATIONS}/${type}" Target="${target}"/></Relationships>`;
}
