import type { Budget, Speaker } from '../model/policy.js';

/** What has left of each budget. */
export interface BudgetBook {
  /** Spends bytes; the budget in words where they would be too many, and then nothing is spent. */
  spend(host: string, speaker: Speaker, bytes: number): string | null;
}

/**
 * Counts bytes against budgets. One for a package counts only what that package alone can have sent: of a process in
 * which any may run, the share of each is not known.
 */
export function createBudgetBook(budgets: readonly Budget[]): BudgetBook {
  const spent = new Map<Budget, number>();
  return {
    spend: (host, speaker, bytes) => {
      const applying = budgets.filter((budget) => applies(budget, host, speaker));
      const exhausted = applying.find((budget) => (spent.get(budget) ?? 0) + bytes > budget.bytes);
      if (exhausted !== undefined) return describe(exhausted);
      for (const budget of applying) spent.set(budget, (spent.get(budget) ?? 0) + bytes);
      return null;
    },
  };
}

function applies(budget: Budget, host: string, speaker: Speaker): boolean {
  const isHost =
    budget.host === null ||
    budget.host === host ||
    (budget.host.startsWith('*.') && host.endsWith(budget.host.slice(1)));
  const isPackage = budget.package === null || (speaker.kind === 'one' && speaker.name === budget.package);
  return isHost && isPackage;
}

function describe({ host, package: name, bytes }: Budget): string {
  const whom = [name, host].filter((part) => part !== null).join(' to ');
  return `budget of ${bytes} bytes${whom === '' ? '' : ` for ${whom}`}`;
}
