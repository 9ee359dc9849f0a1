import { DEMO_ACCOUNTS } from "../demo-accounts.ts";

/** How a demo company is set up; its log-ins are among DEMO_ACCOUNTS, its records come from `demoCompany`. */
export interface DemoPlan {
  readonly company: string;
  readonly locale: "ru" | "en";
  /** Different ones, so that finding the shard is always put to use. */
  readonly shard: string;
  readonly owner: { readonly email: string; readonly fullName: string };
  readonly manager: { readonly email: string; readonly fullName: string };
  readonly managerRole: string;
}

/** What the manager may do, in both companies. */
export const MANAGER_PERMISSIONS = ["leads:view", "leads:create", "individuals:view"];

export const DEMO_PLANS: readonly DemoPlan[] = [
  {
    company: "Ромашка",
    locale: "ru",
    shard: "01",
    owner: { email: email("Ромашка", "owner"), fullName: "Владелец (демо)" },
    manager: { email: email("Ромашка", "manager"), fullName: "Менеджер (демо)" },
    managerRole: "Менеджер по продажам",
  },
  {
    company: "Northwind",
    locale: "en",
    shard: "02",
    owner: { email: email("Northwind", "owner"), fullName: "Owner (demo)" },
    manager: { email: email("Northwind", "manager"), fullName: "Manager (demo)" },
    managerRole: "Sales manager",
  },
];

function email(company: string, role: "owner" | "manager"): string {
  const account = DEMO_ACCOUNTS.find((known) => known.company === company && known.role === role);
  if (!account) throw new Error(`demo-accounts.ts names no ${role} of ${company}.`);
  return account.email;
}
