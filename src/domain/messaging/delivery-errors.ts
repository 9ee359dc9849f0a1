/** Why a delivery was not sent, or why nobody knows, for when its provider said nothing in its own words. */
const english = {
  call_interrupted: "The call to the provider was cut off; nobody can tell whether the message went out.",
  connection_lost: "The connection broke before the answer; nobody can tell whether the message went out.",
  credentials_refused: "The provider refused the sender's credentials.",
  credentials_unreadable: "The sender's credentials are missing or cannot be read; enter them again.",
  invalid_recipient: "The provider cannot send to this number.",
  provider_failed: "The provider failed; nobody can tell whether the message went out.",
  provider_rejected: "The provider rejected the message.",
  provider_throttled: "The provider asked to slow down; the message is tried again.",
  sender_banned: "The sender is banned.",
  sender_offline: "The sender is offline; its phone has to be connected again.",
  sender_unpaid: "The sender's account is not paid.",
  timeout: "The provider did not answer in time; nobody can tell whether the message went out.",
  undelivered: "The provider could not deliver the message.",
  unexpected_answer: "The provider gave an unknown answer; nobody can tell whether the message went out.",
  unreadable_answer: "The provider's answer cannot be read; nobody can tell whether the message went out.",
} as const;

type DeliveryErrorCode = keyof typeof english;

const russian: Readonly<Record<DeliveryErrorCode, string>> = {
  call_interrupted: "Обращение к провайдеру прервалось; неизвестно, ушло ли сообщение.",
  connection_lost: "Связь прервалась до ответа; неизвестно, ушло ли сообщение.",
  credentials_refused: "Провайдер не принял учётные данные отправителя.",
  credentials_unreadable: "Учётных данных отправителя нет, или их не прочитать; введите их заново.",
  invalid_recipient: "Провайдер не может отправить на этот номер.",
  provider_failed: "Сбой у провайдера; неизвестно, ушло ли сообщение.",
  provider_rejected: "Провайдер отклонил сообщение.",
  provider_throttled: "Провайдер попросил помедленнее; сообщение уйдёт позже.",
  sender_banned: "Отправитель заблокирован.",
  sender_offline: "Отправитель не в сети; его телефон надо подключить заново.",
  sender_unpaid: "Счёт отправителя не оплачен.",
  timeout: "Провайдер не ответил вовремя; неизвестно, ушло ли сообщение.",
  undelivered: "Провайдер не смог доставить сообщение.",
  unexpected_answer: "Провайдер дал неизвестный ответ; неизвестно, ушло ли сообщение.",
  unreadable_answer: "Ответ провайдера не прочитать; неизвестно, ушло ли сообщение.",
};

const texts = { en: english, ru: russian } as const;

/** An error as the wire shows it: the provider's words, or ours in the tenant's language. */
export function wireError(
  code: string,
  providersWords: string | null,
  locale: keyof typeof texts,
): { code: string; detail: string } {
  const known: Readonly<Record<string, string>> = texts[locale];
  return { code, detail: providersWords || (known[code] ?? code) };
}
