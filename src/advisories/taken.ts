/** What reading one source came to. */
export interface Taken {
  /** All of the source that is in the index now. */
  readonly records: number;
  /** How many of them break the format and so are about nothing. */
  readonly refused: number;
  /** The first of these, each with what is wrong with it. */
  readonly refusals: readonly Refusal[];
  /** What the newest record says of itself. */
  readonly newest: string | undefined;
  /** New ones among them, and such that are not what they were. */
  readonly changed: number;
  /** Records that the source no longer has. */
  readonly removed: number;
  /** Why reading ended before the source did. */
  readonly problem: string | undefined;
}

export interface Refusal {
  readonly entry: string;
  readonly problem: string;
}

/** Where in the index what a source brings belongs. */
export interface Place {
  readonly source: number;
  /** How often it has been read, this time included. */
  readonly round: number;
  /** Called now and then with how many records were looked at. */
  readonly onProgress?: ((records: number) => void) | undefined;
}

export const SHOWN_REFUSALS = 20;

/** The message of what was thrown while a source was read, or `undefined` when it was read to its end. */
export async function problemOf(reading: Promise<void>): Promise<string | undefined> {
  try {
    await reading;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
