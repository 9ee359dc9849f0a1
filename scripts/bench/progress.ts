/** Tells on stderr what is going on, so that the tables alone can be sent to a file. */
export interface Progress {
  /** @param share of the step that is done, 0 to 1. */
  show(step: string, share?: number): void;
  end(): void;
}

export function openProgress(): Progress {
  const { stderr } = process;
  let lastStep = "";
  let lastTenth = -1;
  return {
    show(step, share) {
      const percent = share === undefined ? "" : ` (${Math.round(share * 100)} %)`;
      if (stderr.isTTY) {
        stderr.write(`\r\u001B[K${step}${percent}`);
        return;
      }
      // In a log: a line for each step, or for each tenth of it.
      const tenth = share === undefined ? -1 : Math.floor(share * 10);
      if (share === undefined ? step !== lastStep : tenth !== lastTenth) stderr.write(`${step}${percent}\n`);
      lastStep = step;
      lastTenth = tenth;
    },
    end() {
      if (stderr.isTTY) stderr.write("\r\u001B[K");
    },
  };
}
