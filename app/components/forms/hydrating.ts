import { useSyncExternalStore } from 'react'

const noSubscription = () => () => {}

/**
 * Whether React is taking over what the server sent, where a person may have typed or chosen something meanwhile. It lets
 * inputs be, but puts the first value back into a `textarea` and a `select` that have one: they get none in this moment.
 */
export function useHydrating(): boolean {
  const isFirstLook = useSyncExternalStore(
    noSubscription,
    () => false,
    () => true,
  )
  return isFirstLook && typeof document !== 'undefined'
}
