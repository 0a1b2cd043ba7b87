/** What a document does in the lab once it is opened: the work of an office, and then what a hostile one would try. */

/** Where the macro writes what came of it, in the folder of the documents. */
export const RESULT = 'result.txt';
/** What the shell would make, in the folder of the documents. */
export const SHELL_MARK = 'shell-was-here';
export const KEY = '.ssh/id';

/** How a kind is written back to its own file, or `undefined` where LibreOffice only reads it and saves a drawing instead. */
const KINDS: Readonly<Record<string, { readonly pdf: string; readonly isSavedInPlace: boolean }>> = {
  odt: { pdf: 'writer_pdf_Export', isSavedInPlace: true },
  docx: { pdf: 'writer_pdf_Export', isSavedInPlace: true },
  docm: { pdf: 'writer_pdf_Export', isSavedInPlace: true },
  ods: { pdf: 'calc_pdf_Export', isSavedInPlace: true },
  xlsx: { pdf: 'calc_pdf_Export', isSavedInPlace: true },
  odp: { pdf: 'impress_pdf_Export', isSavedInPlace: true },
  pptm: { pdf: 'impress_pdf_Export', isSavedInPlace: true },
  svgz: { pdf: 'draw_pdf_Export', isSavedInPlace: false },
  gif: { pdf: 'draw_pdf_Export', isSavedInPlace: false },
  webp: { pdf: 'draw_pdf_Export', isSavedInPlace: false },
};

export interface Work {
  readonly home: string;
  readonly folder: string;
  /** Endings of `document.<ending>`: each is opened, edited, saved and exported to PDF. */
  readonly kinds: readonly string[];
}

/** The macro, in LibreOffice's Basic. It ends the office. */
export function macro({ home, folder, kinds }: Work): string {
  const calls = kinds.map((kind) => {
    const { pdf, isSavedInPlace } = KINDS[kind] ?? { pdf: '', isSavedInPlace: false };
    return `  OneDocument "${kind}", "${pdf}", ${isSavedInPlace ? 'True' : 'False'}`;
  });
  return `
Sub Main
${calls.join('\n')}
  ReadKey
  RunShell
  Connect
  KeepMacro
  MoveMacro
  Say "end"
  StarDesktop.terminate()
End Sub

Sub Say(words As String)
  Dim f As Integer
  f = FreeFile
  Open "${folder}/${RESULT}" For Append As #f
  Print #f, words
  Close #f
End Sub

Function Setting(key As String, content As Variant) As Object
  Dim one As New com.sun.star.beans.PropertyValue
  one.Name = key
  one.Value = content
  Setting = one
End Function

Sub OneDocument(kind As String, pdf As String, inPlace As Boolean)
  Dim doc As Object, place As String, at As String
  place = ConvertToURL("${folder}/document.")
  On Error Goto Failed
  at = "open"
  doc = StarDesktop.loadComponentFromURL(place & kind, "_blank", 0, Array(Setting("Hidden", True)))
  at = "edit"
  If doc.supportsService("com.sun.star.text.TextDocument") Then
    doc.Text.setString("Edited.")
  ElseIf doc.supportsService("com.sun.star.sheet.SpreadsheetDocument") Then
    doc.Sheets.getByIndex(0).getCellByPosition(0, 0).setString("Edited.")
  Else
    Dim shape As Object
    shape = doc.createInstance("com.sun.star.drawing.RectangleShape")
    doc.DrawPages.getByIndex(0).add(shape)
  End If
  at = "save"
  If inPlace Then
    doc.store()
  Else
    doc.storeToURL(place & kind & ".odg", Array(Setting("FilterName", "draw8")))
  End If
  at = "export"
  doc.storeToURL(place & kind & ".pdf", Array(Setting("FilterName", pdf)))
  at = "close"
  doc.close(True)
  Say kind & " done"
  Exit Sub
Failed:
  Say kind & " failed to " & at & ": " & Error
End Sub

Sub ReadKey
  Dim f As Integer, words As String
  On Error Goto Failed
  f = FreeFile
  Open "${home}/${KEY}" For Input As #f
  Line Input #f, words
  Close #f
  Say "key " & words
  Exit Sub
Failed:
  Say "key refused"
End Sub

Sub RunShell
  On Error Goto Failed
  Shell "/bin/sh", 0, "-c ""echo mark >${folder}/${SHELL_MARK}""", True
  Say "shell called"
  Exit Sub
Failed:
  Say "shell refused"
End Sub

Sub Connect
  Dim files As Object
  On Error Goto Failed
  files = CreateUnoService("com.sun.star.ucb.SimpleFileAccess")
  files.openFileRead("http://127.0.0.1:22/")
  Say "network reached"
  Exit Sub
Failed:
  Say "network refused"
End Sub

Sub KeepMacro
  Dim f As Integer
  On Error Goto Failed
  f = FreeFile
  Open "${home}/.config/libreoffice/4/user/basic/Standard/kept.xba" For Output As #f
  Print #f, "kept"
  Close #f
  Say "macro kept"
  Exit Sub
Failed:
  Say "macro refused"
End Sub

Sub MoveMacro
  Dim f As Integer, settings As String, aside As String
  settings = "${home}/.config/libreoffice/4/user"
  aside = "${folder}/aside"
  On Error Goto Failed
  Name settings As aside
  f = FreeFile
  Open aside & "/basic/Standard/moved.xba" For Output As #f
  Print #f, "kept"
  Close #f
  Name aside As settings
  Say "moved macro kept"
  Exit Sub
Failed:
  Say "moved macro refused"
End Sub
`;
}
