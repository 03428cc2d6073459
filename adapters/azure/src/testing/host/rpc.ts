/**
 * The messages between the Functions host and its worker for Node, as far as they are used here, in the JSON form of their
 * protobuf definitions: bytes are base64.
 *
 * @see https://github.com/Azure/azure-functions-language-worker-protobuf/blob/dev/src/proto/FunctionRpc.proto
 */
export interface TypedData<Bytes = string> {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Bytes;
  readonly int?: number;
  readonly double?: number;
  readonly http?: RpcHttp<Bytes>;
}

export interface RpcHttp<Bytes = string> {
  readonly url?: string;
  readonly method?: string;
  readonly statusCode?: string;
  /** Of answers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly nullableHeaders?: Readonly<Record<string, { readonly value: string }>>;
  readonly nullableQuery?: Readonly<Record<string, { readonly value: string }>>;
  readonly nullableParams?: Readonly<Record<string, { readonly value: string }>>;
  readonly body?: TypedData<Bytes> | null;
}

export interface BindingInfo {
  readonly type: string;
  readonly direction: 'in' | 'out';
  readonly [setting: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, BindingInfo>>;
}

export interface InvocationRequest<Bytes = string> {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData<Bytes> }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData<Bytes>>>;
}

export interface InvocationResponse<Bytes = string> {
  readonly invocationId: string;
  readonly result:
    | { readonly status: 'success' }
    | { readonly status: 'failure'; readonly exception: { readonly message: string; readonly stackTrace: string } };
  readonly returnValue?: TypedData<Bytes> | null;
}

/** The same data with its bytes as bytes; for requests, which come in base64. */
export function withBytes({ http, bytes, ...data }: TypedData): TypedData<Uint8Array> {
  return {
    ...data,
    ...(bytes === undefined ? {} : { bytes: Buffer.from(bytes, 'base64') }),
    ...(http === undefined ? {} : { http: { ...http, body: http.body ? withBytes(http.body) : null } }),
  };
}

/** The same data with its bytes in base64; for answers. */
export function withBase64({ http, bytes, ...data }: TypedData<Uint8Array>): TypedData {
  return {
    ...data,
    ...(bytes ? { bytes: Buffer.from(bytes).toString('base64') } : {}),
    ...(http ? { http: { ...http, body: http.body ? withBase64(http.body) : null } } : {}),
  };
}
