import type { FileReport, VerifyReport, VerifySummary } from '../../core/verify-report.ts';
import { lineSorted } from '../json.ts';

export type VerifyFrame = Pick<VerifyReport, 'format' | 'tool' | 'at' | 'lists'>;

/** The report as data, a line for each file, in pieces: begin, each file, end; schema/verify-report.schema.json describes it. */
export class VerifyJson {
  #isFirst = true;

  begin(frame: VerifyFrame): string {
    return `${lineSorted(frame).slice(0, -1)},"files":[`;
  }

  file(file: FileReport): string {
    const lead = this.#isFirst ? '\n' : ',\n';
    this.#isFirst = false;
    return lead + lineSorted(file);
  }

  end(summary: VerifySummary): string {
    return `\n],"summary":${lineSorted(summary)}}\n`;
  }
}
