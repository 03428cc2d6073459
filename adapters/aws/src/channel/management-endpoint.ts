/** Where the connections of a WebSocket API are managed. */
export interface ManagedApi {
  readonly apiId: string;
  /** `eu-central-1` */
  readonly region: string;
  readonly stage: string;
}

/**
 * The address at which the connections of an API are managed: the API's own, in the domain of its region's partition.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 * @see https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html
 */
export function managementEndpoint({ apiId, region, stage }: ManagedApi): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${apiId}.execute-api.${region}.${suffix}/${stage}`;
}
