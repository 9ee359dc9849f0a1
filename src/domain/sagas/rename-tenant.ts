import type { Saga } from "./saga.ts";

/** The shard has decided what the tenant is called; the directory follows, for those who manage the platform. */
export const renameTenant: Saga<{ readonly shard: string; readonly tenantId: string }> = {
  async run(platform, { shard, tenantId }) {
    const { directory } = platform;
    const { storage } = platform.openTenant(shard, tenantId);
    const nameNow = async () => (await storage.read([storage.tenants.find()]))[0]?.name;
    let name = await nameNow();
    while (name !== undefined) {
      await directory.commit([directory.tenants.rename(tenantId, name)]);
      // Whoever writes last looks once more, so that of two renamings at once the later one stays.
      const later = await nameNow();
      if (later === name) break;
      name = later;
    }
    return [];
  },
};
