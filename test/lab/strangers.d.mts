export declare const STRANGERS: readonly string[];
