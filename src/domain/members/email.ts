/** E-mail addresses are compared without regard to case; nobody runs mailboxes that differ by it. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize("NFC").toLowerCase();
}
