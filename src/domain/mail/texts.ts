import type { MailOrder } from "./mail-order.ts";

export type MailName = MailOrder["mail"];

/** `{of}` is the company, where its name can be told; a paragraph that is `{link}` becomes a link. */
interface MailText {
  readonly subject: string;
  readonly paragraphs: readonly string[];
}

interface MailCatalogue {
  readonly of: string;
  readonly mails: Readonly<Record<MailName, MailText>>;
}

export const mailTexts: Readonly<Record<"ru" | "en", MailCatalogue>> = {
  en: {
    of: " of “{company}”",
    mails: {
      invitation: {
        subject: "Invitation to the CRM{of}",
        paragraphs: [
          "You are invited to work in the CRM{of}.",
          "Choose your password here; the link works once, for seven days:",
          "{link}",
          "If you did not expect this, there is nothing to do.",
        ],
      },
      account_elsewhere: {
        subject: "You already have an account",
        paragraphs: [
          "Somebody wanted to add you to the CRM{of}. This address already has an account with another company, and an account belongs to one company.",
          "Nothing has changed. To join them as well, ask them to add you under another address.",
        ],
      },
      password_reset: {
        subject: "A new password",
        paragraphs: [
          "Somebody, probably you, asked for a new password for the CRM{of}.",
          "Choose it here; the link works once, for an hour:",
          "{link}",
          "If it was not you, there is nothing to do: your password stays what it is.",
        ],
      },
      password_changed: {
        subject: "Your password was changed",
        paragraphs: [
          "The password of your account in the CRM{of} was changed, and other sessions were ended.",
          "If it was not you, ask for a new password at once, and tell whoever manages users in your company.",
        ],
      },
    },
  },
  ru: {
    of: " компании «{company}»",
    mails: {
      invitation: {
        subject: "Приглашение в CRM{of}",
        paragraphs: [
          "Вас пригласили работать в CRM{of}.",
          "Задайте пароль по ссылке — она сработает один раз и действует семь дней:",
          "{link}",
          "Если вы не ждали приглашения, ничего делать не нужно.",
        ],
      },
      account_elsewhere: {
        subject: "У вас уже есть учётная запись",
        paragraphs: [
          "Вас хотели добавить в CRM{of}. Но у этого адреса уже есть учётная запись в другой компании, а учётная запись принадлежит одной компании.",
          "Ничего не изменилось. Чтобы работать и там, попросите добавить вас под другим адресом.",
        ],
      },
      password_reset: {
        subject: "Новый пароль",
        paragraphs: [
          "Кто-то — вероятно, вы — попросил новый пароль для CRM{of}.",
          "Задайте его по ссылке — она сработает один раз и действует час:",
          "{link}",
          "Если это были не вы, ничего делать не нужно: пароль останется прежним.",
        ],
      },
      password_changed: {
        subject: "Ваш пароль изменён",
        paragraphs: [
          "Пароль вашей учётной записи в CRM{of} изменён, остальные сеансы завершены.",
          "Если это были не вы, сразу запросите новый пароль и сообщите тому, кто управляет пользователями в вашей компании.",
        ],
      },
    },
  },
};
