import type { Host } from '../../host/host.ts';
import type { IntegrityPolicy } from './policy.ts';
import type { IntegrityState } from './state.ts';

/** Looks at the parts that the blueprint names, all at once; each loads when it is named. */
export async function observeIntegrity(host: Host, policy: IntegrityPolicy, now: Date): Promise<IntegrityState> {
  const dpkg = onceAsked(async () => (await import('./dpkg/observe.ts')).observeDpkg(host));
  const { trust } = policy;
  const [packages, unowned, privileged, repositories, baseline] = await Promise.all([
    named(policy.packages, async () => (await import('./packages/observe.ts')).observePackages(host, dpkg())),
    named(policy.unowned, async (wish) => (await import('./unowned/observe.ts')).observeUnowned(host, wish, dpkg())),
    named(policy.privileged, async (wish) => (await import('./privileged/observe.ts')).observePrivileged(host, wish)),
    named(policy.repositories, async () => {
      const { observeRepositories } = await import('./repositories/observe.ts');
      return observeRepositories(host, { now, minimumRsaBits: trust.minimumRsaBits });
    }),
    named(policy.baseline, async (wish) => {
      const { observeBaseline } = await import('./baseline/observe.ts');
      return observeBaseline(host, wish, { trust, now });
    }),
  ]);
  return { packages, unowned, privileged, repositories, baseline };
}

async function named<Wish, State>(
  wish: Wish | undefined,
  observe: (wish: Wish) => Promise<State>,
): Promise<State | undefined> {
  return wish === undefined ? undefined : observe(wish);
}

/** What several parts need is asked once, and only if one of them is named. */
function onceAsked<Result>(ask: () => Promise<Result>): () => Promise<Result> {
  let asked: Promise<Result> | undefined;
  return () => (asked ??= ask());
}
