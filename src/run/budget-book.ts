import type { Budget } from '../model/policy.js';
import { budgetText, countsAgainst } from '../policy/budgets.js';

/** What has left of each budget. */
export interface BudgetBook {
  /**
   * Spends bytes; the budget in words where they would be too many, and then nothing is spent.
   * @param senders Who may have sent them, in the lock's words; asked where a budget is a package's
   */
  spend(host: string, senders: () => readonly string[], bytes: number): string | null;
}

/** Counts bytes against budgets. Of what several share, the share of each is not known: it counts for all of them. */
export function createBudgetBook(budgets: readonly Budget[]): BudgetBook {
  const spent = new Map<Budget, number>();
  return {
    spend: (host, senders, bytes) => {
      const applying = budgets.filter((budget) =>
        countsAgainst(budget, host, (name) => senders().includes(name)),
      );
      const exhausted = applying.find((budget) => (spent.get(budget) ?? 0) + bytes > budget.bytes);
      if (exhausted !== undefined) return budgetText(exhausted);
      for (const budget of applying) spent.set(budget, (spent.get(budget) ?? 0) + bytes);
      return null;
    },
  };
}
