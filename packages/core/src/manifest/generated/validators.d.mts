/** One broken rule as the compiled validators report it. */
export interface SchemaError {
  /** JSON pointer to the value */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** schema object that holds the keyword */
  readonly parentSchema: Readonly<Record<string, unknown>>;
  /** set on errors about a key's own name */
  readonly propertyName?: string;
}

export interface SchemaValidator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

export const validateBottle: SchemaValidator;
export const validateAgent: SchemaValidator;
export const validateConfig: SchemaValidator;
