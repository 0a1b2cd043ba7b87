/** Ends the reading of a policy that the kernel would not take, or that is more than Freehold reads; never leaves this folder. */
export class MalformedPolicy extends Error {
  override readonly name = 'MalformedPolicy';
}
