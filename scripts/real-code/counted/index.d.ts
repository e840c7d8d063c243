import { Resource } from "ts-raii";

export declare const counts: { acquired: number; released: number };
export declare const counted: Resource<undefined>;
