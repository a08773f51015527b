import { experimental } from "@grpc/grpc-js";

/** The name of the policy that {@link PickAny} is registered under. */
export const PICK_ANY = "baton_pick_any";

class PickAnyConfig implements experimental.TypedLoadBalancingConfig {
  static createFromJson(): PickAnyConfig {
    return new PickAnyConfig();
  }

  getLoadBalancerName(): string {
    return PICK_ANY;
  }

  toJsonObject(): object {
    return { [PICK_ANY]: {} };
  }
}

type AddressListUpdate = Parameters<experimental.ChildLoadBalancerHandler["updateAddressList"]>;

/**
 * Connects to one of the addresses, each as likely as the others, and goes on to the next where it fails.
 * grpc-js' own `pick_first` with `shuffleAddressList` leaves two addresses as they are.
 */
class PickAny extends experimental.ChildLoadBalancerHandler {
  override updateAddressList(...[endpoints, , options, note]: AddressListUpdate): boolean {
    const pickFirst = experimental.parseLoadBalancingConfig({ pick_first: {} });
    const anyOrder = endpoints.ok
      ? experimental.statusOrFromValue(shuffled(endpoints.value))
      : endpoints;
    return super.updateAddressList(anyOrder, pickFirst, options, note);
  }

  override getTypeName(): string {
    return PICK_ANY;
  }
}

/** Registers the policy, for whatever channel names it. */
export function registerPickAny(): void {
  experimental.registerLoadBalancerType(PICK_ANY, PickAny, PickAnyConfig);
}

function shuffled<Item>(list: readonly Item[]): Item[] {
  const result = [...list];
  for (let at = result.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1));
    [result[at], result[other]] = [result[other] as Item, result[at] as Item];
  }
  return result;
}
