/** The log-ins of the two demo companies. They exist in local databases only: seed:demo refuses --remote. */
export interface DemoAccount {
  readonly company: string;
  readonly role: "owner" | "manager";
  readonly email: string;
}

export const DEMO_PASSWORD = "demo-password-2026";

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { company: "Ромашка", role: "owner", email: "owner@romashka.example" },
  { company: "Ромашка", role: "manager", email: "manager@romashka.example" },
  { company: "Northwind", role: "owner", email: "owner@northwind.example" },
  { company: "Northwind", role: "manager", email: "manager@northwind.example" },
];
