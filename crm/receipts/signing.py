"""Signs the file of a receipt, so that any reader of PDF files shows whether it was altered since (receipts.md C1).

A certification signature (PAdES, no change allowed), invisible, added at the end of the file: what was drawn stays byte for
byte. The certificate is the organization's own: readers say that its issuer is not known to them. pyHanko does the work, and
is imported inside the functions: it costs a quarter of a second and 25 MB.
"""

import io
from datetime import datetime, timedelta
from functools import lru_cache

YEARS = 10


def new_certificate(name: str, *, now: datetime) -> tuple[str, str, datetime]:
    """A P-256 key for ``name``, and the certificate it issues to itself: certificate and key as PEM, and the last moment."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])  # RFC 5280, ub-common-name
    until = now + timedelta(days=366 * YEARS)
    signs_only = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))  # clocks differ
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(signs_only, critical=True)
    )
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate, private.decode(), until


def signed(content: bytes, *, certificate: str, key: str) -> bytes:
    """``content``, a PDF, with a signature of its own at the end."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, sign_pdf
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

    how = PdfSignatureMetadata(
        field_name="Merci",
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    return sign_pdf(writer, how, signer=_signer(certificate, key)).getvalue()


@lru_cache(maxsize=4)
def _signer(certificate: str, key: str):
    """Read once for a run of thousands."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import NoEncryption, load_pem_private_key, pkcs12
    from pyhanko.sign import SimpleSigner

    private = load_pem_private_key(key.encode(), password=None)
    public = x509.load_pem_x509_certificate(certificate.encode())
    bundle = pkcs12.serialize_key_and_certificates(None, private, public, None, NoEncryption())
    return SimpleSigner.load_pkcs12_data(bundle, other_certs=[], passphrase=None)
