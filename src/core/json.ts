/** Any value that JSON can carry; what findings say they expected and observed. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
