"""What columns are called in other systems, in English and German, without blanks, marks and case."""

from collections.abc import Mapping

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "full_name": ("fullname", "contactname", "leadname", "vollername", "vorundnachname", "ansprechpartner"),
    "first_name": ("first", "forename", "givenname", "vorname", "rufname"),
    "last_name": ("last", "surname", "familyname", "nachname", "familienname", "zuname"),
    "company": (
        *("companyname", "organisation", "organization", "account", "accountname", "employer", "business"),
        *("firma", "firmenname", "unternehmen", "betrieb", "kunde"),
    ),
    "job_title": ("title", "position", "role", "jobrole", "funktion", "berufsbezeichnung", "stelle", "rolle"),
    "email": (
        *("mail", "emailaddress", "mailaddress", "workemail", "businessemail", "primaryemail"),
        *("emailadresse", "mailadresse", "epost"),
    ),
    "phone": (
        *("phonenumber", "telephone", "tel", "mobile", "mobilephone", "cell", "workphone", "businessphone"),
        *("telefon", "telefonnummer", "telefonnr", "telnr", "rufnummer", "handy", "mobil", "mobilnummer"),
    ),
    "country": ("countrycode", "countryname", "nation", "land", "staat", "laendercode"),
    "region": ("state", "province", "county", "bundesland", "kanton"),
    "city": ("town", "stadt", "ort", "wohnort"),
    "postal_code": ("zip", "zipcode", "postcode", "plz", "postleitzahl"),
    "industry": ("sector", "vertical", "branche", "industriezweig"),
    "employees": (
        *("employeecount", "numberofemployees", "noofemployees", "headcount", "companysize"),
        *("mitarbeiter", "mitarbeiterzahl", "anzahlmitarbeiter", "beschaeftigte"),
    ),
    "website": ("url", "web", "homepage", "webaddress", "domain", "webseite", "internetadresse"),
    "language": ("lang", "sprache"),
    "source": ("leadsource", "originalsource", "utmsource", "quelle", "leadquelle", "herkunft"),
    "medium": ("utmmedium",),
    "channel": ("kanal",),
    "campaign": ("campaignname", "utmcampaign", "kampagne", "kampagnenname", "aktion"),
    "product_interest": ("product", "interestedin", "productofinterest", "produkt", "produktinteresse"),
    "expected_value": (
        *("amount", "value", "dealvalue", "opportunityamount", "budget"),
        *("betrag", "wert", "auftragswert", "erwarteterwert"),
    ),
    "tags": ("labels", "keywords", "schlagworte", "schlagwoerter", "etiketten"),
    "needs": ("requirements", "bedarf", "anforderungen"),
    "notes": ("note", "comment", "comments", "remarks", "description", "notiz", "notizen", "bemerkung"),
    "category": ("segment", "kategorie"),
    "owner_id": ("owner", "ownerid"),
    "created_at": ("created", "createddate", "createdate", "creationdate", "angelegtam", "erstelltam"),
    "annual_revenue": ("revenue", "turnover", "sales", "umsatz", "jahresumsatz"),
    "preferred_channel": (
        *("preferredcontactmethod", "contactpreference", "preferredcontact", "contactmethod"),
        *("bevorzugterkanal", "kontaktweg", "bevorzugterkontaktweg"),
    ),
    "decision_role": ("buyingrole", "entscheiderrolle"),
    "type": ("activitytype", "typ", "art", "aktivitaetstyp"),
    "subject": ("topic", "betreff", "thema"),
    "outcome": ("result", "ergebnis"),
    "started_at": ("start", "startdate", "starttime", "date", "datum", "beginn"),
    "ended_at": ("end", "enddate", "endtime", "ende"),
    "due_at": ("due", "duedate", "faellig", "faelligam"),
    "done_at": ("done", "completed", "completeddate", "erledigtam"),
    "account_id": ("accountid",),
    "contact_id": ("contactid",),
    "lead_id": ("leadid",),
    "deal_id": ("dealid", "opportunityid"),
    "external_id": (
        *("id", "recordid", "leadnumber", "customerid", "customernumber", "number"),
        *("nummer", "kundennummer", "kundennr", "datensatzid"),
    ),
}
OF_ACCOUNTS: Mapping[str, tuple[str, ...]] = {
    "name": ("company", *SYNONYMS["company"]),
    "employees": SYNONYMS["employees"],
}
