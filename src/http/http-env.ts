import type { CostMeter } from "../compose.ts";

/** What middleware leaves for the handlers of a request. */
export interface HttpEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    meter: CostMeter;
    /** What the request cost is not to be told. */
    discreet: boolean;
    /** The path of the endpoint that answers, as the document has it. */
    route: string | undefined;
  };
}
