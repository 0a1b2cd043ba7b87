/** Whether a text is an address that a browser may be sent to: no `javascript:`, no file, no spaces or controls. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[\x21-\x7e]+$/i.test(text) && URL.canParse(text);
}
