import { jwtVerify, SignJWT } from "jose";
import { deriveKey } from "./derive-key.ts";

const ALGORITHM = "HS256";
const TYPE = "at+jwt";
const AUDIENCE = "crm";
const MAX_LENGTH = 2048;

/** Whom an access token stands for, and where their data is: enough to need no directory. */
export interface AccessClaims {
  readonly memberId: string;
  readonly tenantId: string;
  /** Suffix of the binding that holds the tenant: `01`. */
  readonly shard: string;
  readonly sessionId: string;
}

interface NewAccessClaims extends AccessClaims {
  readonly issuedAt: Date;
  /** Seconds. */
  readonly expiresIn: number;
}

/** A JWT (RFC 9068's type) with claims `sub, tid, shd, sid, aud, iat, exp`, signed under a key of its own. */
export async function signAccessToken(secretKey: string, claims: NewAccessClaims): Promise<string> {
  const issuedAt = Math.floor(claims.issuedAt.getTime() / 1000);
  return new SignJWT({ tid: claims.tenantId, shd: claims.shard, sid: claims.sessionId })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setSubject(claims.memberId)
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + claims.expiresIn)
    .sign(await deriveKey(secretKey, "access-token"));
}

/** The claims, or undefined for anything that is not a token of ours that holds now. */
export async function verifyAccessToken(
  secretKey: string,
  token: string,
  now: Date,
): Promise<AccessClaims | undefined> {
  if (token.length > MAX_LENGTH) return undefined;
  const key = await deriveKey(secretKey, "access-token");
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      audience: AUDIENCE,
      currentDate: now,
      requiredClaims: ["iat", "exp"],
    });
    const { sub, tid, shd, sid } = payload;
    if (!isName(sub) || !isName(tid) || !isName(shd) || !isName(sid)) return undefined;
    return { memberId: sub, tenantId: tid, shard: shd, sessionId: sid };
  } catch {
    return undefined;
  }
}

function isName(claim: unknown): claim is string {
  return typeof claim === "string" && claim !== "";
}
