import { afterAll, vi } from "vitest";

/** Test files share their modules' state: what one of them replaces is itself again for the next. */
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
