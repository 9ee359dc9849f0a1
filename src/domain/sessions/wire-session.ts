import type { SessionRow } from "../../storage/sessions.ts";

/** A log-in that is still good: since when, until when, and from where it was begun. */
export type WireSession = {
  id: string;
  /** Whether it is the one that asks. */
  current: boolean;
  created_at: string;
  expires_at: string;
  address: string | null;
  user_agent: string | null;
};

export function wireSession(session: SessionRow, currentId: string | undefined): WireSession {
  return {
    id: session.id,
    current: session.id === currentId,
    created_at: session.createdAt,
    expires_at: session.expiresAt,
    address: session.address,
    user_agent: session.userAgent,
  };
}
